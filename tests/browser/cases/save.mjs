// Signs in, fills in the form, saves it or tries it without saving; returns what the page then says.

import { fill, openEmail, signIn, testResult } from "../steps.mjs";

export default async function ({ page, context, facts }) {
  await signIn(page, facts);
  await openEmail(page);
  await fill(page, facts.values);
  if (facts.waitForTest && !facts.button) await fill(page, { test: true });
  const pages = context.pages().length;
  await page.getByRole("button", { name: facts.button ?? "Save", exact: true }).click();
  if (facts.newPage) { // without script a test that saves nothing must not lose what was typed
    while (context.pages().length === pages) await page.waitForTimeout(50);
    page = context.pages().at(-1);
  }
  if (facts.waitForTest) await testResult(page);
  await page.waitForLoadState();
  const values = {};
  for (const key of Object.keys(facts.values)) {
    const field = page.locator(`[name="${key}"]`).first();
    if (await field.count() && !["radio", "checkbox"].includes(await field.getAttribute("type")))
      values[key] = await field.inputValue();
  }
  const open = page.locator("details[open]");
  return {
    values,
    text: await page.locator("main").innerText(),
    open: await open.allInnerTexts(),
    html: await page.content(),
  };
}
