// steps.mjs - what several cases do: sign in, open the form, fill it in by its labels.

import assert from "node:assert/strict";

export async function signIn(page, facts) {
  await page.goto("/login");
  await page.getByLabel("Name").fill(facts.name);
  await page.getByLabel("Password").fill(facts.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

export async function openEmail(page) {
  await page.goto("/login/email");
  assert.equal(await page.locator("h1").innerText(), "Email Configuration");
}

// values: { setting key: text }, or for a choice the value of the option.
export async function fill(page, values) {
  for (const [key, value] of Object.entries(values)) {
    const field = page.locator(`[name="${key}"]`);
    const kind = await field.first().getAttribute("type");
    const folded = page.locator("details:not([open])", { has: field.first() });
    if (await folded.count()) await folded.locator("summary").first().click();
    if (kind === "radio") await page.locator(`[name="${key}"][value="${value}"]`).check();
    else if (kind === "checkbox") await field.setChecked(value);
    else await field.fill(String(value));
  }
}

// The words of the test panel once the test is over.
export async function testResult(page) {
  const headline = page.locator(".banner .headline", { hasText: /Accepted|not|refused|failed/i });
  await headline.first().waitFor({ timeout: 60000 });
  return headline.first().innerText();
}
