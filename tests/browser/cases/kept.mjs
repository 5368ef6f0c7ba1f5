// A form is filled in, the session ends in another tab, and the form is sent: what is kept through
// the sign-in that follows, and what then is saved.

import { fill, signIn } from "../steps.mjs";

export default async function ({ page, context, facts }) {
  await signIn(page, facts);
  await page.goto(facts.page);
  await fill(page, { ...facts.values, ...facts.secrets });

  const other = await context.newPage();
  await other.goto("/login/account");
  await other.getByRole("button", { name: "Sign out" }).first().click();
  await other.waitForURL((url) => url.pathname === "/login");
  await other.close();

  const seen = { pages: [] };
  await press(facts.button);
  seen.told = await page.locator("main").innerText();
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Sign in in a new tab" }).click();
  const tab = await opened;
  await tab.waitForLoadState();
  await signIn(tab, facts);

  await press("Show what I typed");
  seen.values = await values(facts.values);
  seen.secrets = await values(facts.secrets);
  await fill(page, facts.secrets);
  await press(facts.button);
  seen.after = await page.locator("main").innerText();
  return seen;

  async function press(button) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.waitForLoadState();
    seen.pages.push(await page.content());
  }

  async function values(keys) {
    const found = {};
    for (const key of Object.keys(keys)) {
      const field = page.locator(`main [name="${key}"]`);
      const kind = await field.first().getAttribute("type");
      found[key] = kind === "radio" ? await page.locator(`main [name="${key}"]:checked`).inputValue() :
        await field.inputValue();
    }
    return found;
  }
}
