// From the set-up link to the accepted mail, as the README tells it.

import assert from "node:assert/strict";
import { fill, testResult } from "../steps.mjs";

export default async function ({ page, facts }) {
  await page.goto(facts.link);
  await page.getByLabel("Name").fill(facts.name);
  for (const field of await page.locator("input[type=password]").all())
    await field.fill(facts.password);
  await page.getByRole("button", { name: /Create the account/ }).click();
  await page.getByRole("link", { name: "Email Configuration" }).first().click();
  assert.equal(await page.locator("h1").innerText(), "Email Configuration");
  assert.match(await page.title(), /Email Configuration/);
  await fill(page, facts.values);
  await page.getByLabel("Send a test email when the settings are saved").check();
  await page.getByRole("button", { name: "Save" }).click();
  const result = await testResult(page);
  return { result, text: await page.locator("main").innerText(), url: page.url() };
}
