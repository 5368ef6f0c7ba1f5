// Searches the mail log by hand: opens the search, types, presses Enter, drops the search again.

import { signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  await signIn(page, facts);
  await page.goto("/login/queue");
  const subjects = () => page.locator("table.log tbody th a").allInnerTexts();
  const all = await subjects();
  await page.locator("summary", { hasText: "Search this list" }).click();
  await page.getByLabel("Subject contains").fill(facts.subject);
  await page.getByLabel("Subject contains").press("Enter");
  await page.waitForURL(/subject=/);
  const found = await subjects();
  const typed = await page.getByLabel("Subject contains").inputValue();
  await page.getByRole("link", { name: "Came in, newest first" }).click();
  await page.waitForURL(/order=oldest/);
  const oldest = await subjects();
  await page.getByRole("link", { name: "Show the whole list" }).click();
  await page.waitForURL((url) => !url.search.includes("subject"));
  return { all, found, typed, oldest, after: await subjects() };
}
