// Looks at each page: what axe finds, and whether anything scrolls sideways.

import { signIn } from "../steps.mjs";

export default async function ({ page, facts, axe }) {
  const seen = [];
  for (const address of facts.before ?? []) seen.push(await look(address));
  await signIn(page, facts);
  for (const address of facts.pages) seen.push(await look(address));
  return seen;

  async function look(address) {
    const answer = await page.goto(address);
    for (const folded of await page.locator("main details:not([open]) > summary").all())
      if (await folded.isVisible()) await folded.click();
    return {
      address, status: answer.status(), violations: await axe(),
      h1: await page.locator("h1").allInnerTexts(), title: await page.title(),
      sideways: await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth),
    };
  }
}
