// Imports settings from a file (with script) or pasted; the page of changes is looked at, too.

import { signIn } from "../steps.mjs";

export default async function ({ page, facts, axe }) {
  const seen = {};
  await signIn(page, facts);
  await page.goto("/login/backup");
  seen.chooser = await page.locator("#file").isVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the settings" }).click();
  seen.name = (await download).suggestedFilename();

  if (seen.chooser) {
    await page.locator("#file").setInputFiles({ name: "settings.txt", mimeType: "text/plain",
      buffer: Buffer.from(facts.text) });
    await page.waitForFunction(() => document.getElementById("text").value !== "");
  } else {
    await page.getByLabel("Settings", { exact: true }).fill(facts.text);
  }
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByRole("heading", { name: "Import settings" }).waitFor();
  seen.table = await page.locator("table").innerText();
  seen.violations = facts.options.javaScriptEnabled === false ? [] : await axe();
  seen.sideways = await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.getByRole("button", { name: "Change these settings" }).click();
  await page.waitForURL("**/login/backup?changed=*");
  seen.banner = await page.locator(".banner").first().innerText();
  return seen;
}
