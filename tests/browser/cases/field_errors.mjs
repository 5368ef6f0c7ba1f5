// Everything wrong at once: a summary whose links lead to the fields, a message beside each field.

import assert from "node:assert/strict";
import { fill, openEmail, signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  await signIn(page, facts);
  await openEmail(page);
  await fill(page, facts.values);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const summary = page.getByRole("alert").first();
  await summary.waitFor();
  if (facts.options?.javaScriptEnabled !== false)
    assert.ok(await summary.evaluate((element) => element.contains(document.activeElement)),
      "the summary has the focus");
  const links = [];
  for (const link of await summary.locator("a").all()) {
    const target = (await link.getAttribute("href")).replace(/^#/, "");
    const field = page.locator(`[id="${target}"]`);
    assert.equal(await field.count(), 1, `${target} is there`);
    assert.ok(await field.isVisible(), `${target} is to be seen`);
    await link.click();
    links.push({ target, text: await link.innerText(),
      focused: await page.evaluate(() => document.activeElement?.id) });
  }
  const beside = {};
  for (const message of await page.locator("p.error").all())
    beside[(await message.getAttribute("id")).replace(/-error$/, "")] = await message.innerText();
  const values = {};
  for (const key of Object.keys(facts.values)) {
    const field = page.locator(`[name="${key}"]`).first();
    if (!["radio", "checkbox"].includes(await field.getAttribute("type")))
      values[key] = await field.inputValue();
  }
  return { links, beside, values, title: await page.title() };
}
