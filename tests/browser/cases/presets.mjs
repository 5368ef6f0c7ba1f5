// What each provider's preset fills in and tells, one after the other on the same page.

import { openEmail, signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  const seen = {};

  await signIn(page, facts);
  await openEmail(page);
  for (const { name, label } of facts.presets) {
    await page.locator("#preset").selectOption(name);
    await page.getByRole("button", { name: "Fill in" }).click();
    await page.getByText(`Filled in for ${label}. Nothing is saved yet.`, { exact: true }).waitFor();
    seen[name] = {
      text: await page.locator("main").innerText(),
      values: await page.locator("form:has(#preset)")
        .evaluate((form) => Object.fromEntries(new FormData(form))),
    };
  }
  return seen;
}
