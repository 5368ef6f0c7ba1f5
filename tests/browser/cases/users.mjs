// A second account from its first password to its removal, as two people would see it.

import assert from "node:assert/strict";

import { signIn } from "../steps.mjs";

export default async function ({ page, facts, axe }) {
  await signIn(page, facts);
  await page.goto("/login/users");
  await page.getByLabel("Name", { exact: true }).fill(facts.other);
  await page.getByLabel("Password", { exact: true }).fill(facts.password);
  await page.getByLabel("Your password").fill(facts.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByText("The account is made.").waitFor();
  const scripted = facts.options?.javaScriptEnabled !== false; // axe is one
  const violations = scripted ? await axe() : [];

  await page.getByRole("link", { name: facts.other }).click();
  assert.equal(await page.locator("h1").innerText(), "User");
  await page.getByLabel("New password").fill(facts.changed);
  await page.getByLabel("Your password").fill(facts.password);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed").waitFor();

  await page.getByRole("button", { name: "Sign out" }).first().click();
  await page.waitForURL((url) => url.pathname === "/login");
  await signIn(page, { name: facts.other, password: facts.changed });
  await page.goto(`/login/users/account?name=${facts.name}`);
  await page.getByRole("button", { name: "Remove this account" }).click();
  await page.getByText("The account is removed").waitFor();
  const names = await page.locator("tbody th").allInnerTexts();
  await page.getByRole("link", { name: facts.other, exact: true }).last().click();
  await page.getByRole("button", { name: "Remove this account" }).click();
  const last = await page.locator("#problems li").innerText();
  return { violations, names, last };
}
