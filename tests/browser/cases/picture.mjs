// The picture of the README: the Email Configuration page, filled in but not saved.

import { fill, openEmail } from "../steps.mjs";

export default async function ({ page, facts }) {
  await page.goto(facts.link);
  await page.getByLabel("Name").fill(facts.name);
  for (const field of await page.locator("input[type=password]").all())
    await field.fill(facts.password);
  await page.getByRole("button", { name: /Create the account/ }).click();
  await page.waitForURL((url) => !url.pathname.includes("setup"));
  await openEmail(page);
  await fill(page, facts.values);
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: facts.picture, fullPage: true });
}
