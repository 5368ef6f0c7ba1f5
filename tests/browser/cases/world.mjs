// The runner itself: a page from nowhere, with and without script, and axe.

import assert from "node:assert/strict";

export default async function ({ page, facts, axe }) {
  await page.goto(facts.page);
  assert.equal(await page.locator("h1").innerText(), "Page");
  return {
    width: await page.evaluate(() => window.innerWidth).catch(() => null),
    script: await page.locator("#script").innerText(),
    violations: facts.options.javaScriptEnabled === false ? [] : await axe(),
  };
}
