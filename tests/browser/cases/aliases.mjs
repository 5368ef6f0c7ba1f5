// Sets an alias wrongly, then rightly, changes it, and removes it; what the page says each time.

import { signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  const said = {};
  await signIn(page, facts);
  await page.getByRole("link", { name: "Mail aliases" }).click();
  await page.waitForURL("**/login/aliases");

  await save("root", "root");
  said.wrong = await page.locator("#problems").innerText();
  said.kept = await page.getByLabel("Goes to").inputValue();
  await save("root", facts.first);
  said.set = await page.locator(".banner").innerText();

  await page.getByRole("button", { name: "Change root" }).click();
  await page.getByRole("heading", { name: "Change root" }).waitFor();
  said.filled = await page.getByLabel("Goes to").inputValue();
  await save("root", facts.second);
  said.table = await page.locator("table").innerText();

  await page.getByRole("button", { name: "Remove root" }).click();
  await page.waitForURL("**/login/aliases?removed=root");
  said.removed = await page.locator(".banner").innerText();
  said.after = await page.locator("main").innerText();
  return said;

  async function save(name, targets) {
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Goes to").fill(targets);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForLoadState();
  }
}
