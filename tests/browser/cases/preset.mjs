// A provider's values are filled in beside what was typed; Enter in a field still means Save.

import { fill, openEmail, signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  await signIn(page, facts);
  await openEmail(page);
  await fill(page, { "email.from_address": "typed@example.com" });
  await page.locator("#preset").selectOption(facts.preset);
  await page.getByRole("button", { name: "Fill in" }).click();
  await page.getByText("Nothing is saved yet").waitFor();
  const value = (name) => page.locator(`[name="${name}"]`).inputValue();
  const filled = { from: await value("email.from_address"), host: await value("email.relay_host") };
  await page.locator('[name="email.from_address"]').press("Enter");
  await page.getByText("Saved.").or(page.locator("#problems")).first().waitFor();
  return { ...filled, problems: await page.locator("#problems li").allInnerTexts() };
}
