// What each page says while mail is broken, and where the link to the field leads.

import { signIn } from "../steps.mjs";

export default async function ({ page, facts, axe }) {
  const seen = [], script = facts.options?.javaScriptEnabled !== false;
  await signIn(page, facts);
  for (const address of facts.pages) {
    const answer = await page.goto(address);
    const alarm = page.locator("#mail-is-broken");
    seen.push({
      address, status: answer.status(), violations: script ? await axe() : [],
      alarm: await alarm.count() ? await alarm.innerText() : "",
      sideways: script ? await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth) : 0,
    });
  }
  let field = "";
  const link = page.locator("#mail-is-broken a[data-field]");
  if (await link.count()) {
    field = await link.getAttribute("data-field");
    await link.click();
    await page.locator(`[id="${field}"]`).waitFor();
  }
  return { seen, field, address: new URL(page.url()).pathname };
}
