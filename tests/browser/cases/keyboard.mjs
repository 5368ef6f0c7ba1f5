// Sign in, fill in and save with keys alone; where the focus is can always be seen.

import assert from "node:assert/strict";
import { testResult } from "../steps.mjs";

async function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return { name: element.name ?? "", text: element.innerText ?? "", tag: element.tagName,
      type: element.type ?? "", value: element.value ?? "",
      seen: box.width > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none") };
  });
}

async function tabTo(page, wanted) {
  for (let n = 0; n < 120; n++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.tag !== "BODY") assert.ok(now.seen, `focus is to be seen on ${JSON.stringify(now)}`);
    if (wanted(now)) return now;
  }
  throw new Error("not reached by Tab");
}

export default async function ({ page, facts }) {
  await page.goto("/login");
  if ((await focused(page)).name !== "name") await tabTo(page, (at) => at.name === "name");
  await page.keyboard.type(facts.name);
  await tabTo(page, (at) => at.name === "password");
  await page.keyboard.type(facts.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/login");

  await page.goto("/login/email");
  await page.keyboard.press("Tab");
  assert.match((await focused(page)).text, /skip|content/i, "a link past the navigation is first");
  for (const [key, value] of Object.entries(facts.values)) {
    const at = await tabTo(page, (now) => now.name === key);
    if (at.type === "radio") {
      for (let n = 0; n < 4 && (await focused(page)).value !== value; n++)
        await page.keyboard.press("ArrowDown");
      if (!(await page.locator(`[name="${key}"][value="${value}"]`).isChecked()))
        await page.keyboard.press("Space");
    } else {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(String(value));
    }
  }
  await tabTo(page, (at) => at.name === "test");
  await page.keyboard.press("Space");
  await tabTo(page, (at) => at.tag === "BUTTON" && at.text === "Save");
  await page.keyboard.press("Enter");
  return { result: await testResult(page) };
}
