// From an empty node to the accepted test mail with OAuth2: the site's address, the form, Verify, the
// provider's own login and consent, and back. With facts.paste the browser is not led back by itself:
// the address that it ended at is pasted.

import assert from "node:assert/strict";
import { fill, openEmail, signIn, testResult } from "../steps.mjs";

async function atTheProvider(page, facts) {
  await page.locator('[name="login"]').fill(facts.account);
  await page.locator('[name="password"]').fill("any");
  await page.locator('button[type="submit"]').click();
  await page.locator('input[name="prompt"][value="consent"]').waitFor({ state: "attached" });
  if (facts.refuse) await page.getByRole("link", { name: /cancel/i }).click();
  else await page.locator('button[type="submit"]').click();
}

// The browser's Back from the result to the form: what each page on the way is, and whether it would
// lead on by itself.
async function wayBack(page, facts) {
  const way = [];
  while (way.length < 12 && way.at(-1)?.path !== "/login/email") {
    await page.goBack();
    const url = new URL(page.url());
    way.push({ path: url.origin === facts.origin ? url.pathname : "the provider's",
      leads: await page.locator('head > meta[http-equiv="refresh"]').count() });
  }
  return way;
}

export default async function ({ page, context, facts, axe: look }) {
  const axe = async () => facts.options.javaScriptEnabled === false ? [] : look();
  await signIn(page, facts);
  await page.goto("/login/site");
  await fill(page, { "site.url": facts.origin });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  await openEmail(page);
  await fill(page, { ...facts.values, test: true });
  assert.equal(await page.locator("#redirect-uri").innerText(),
    `${facts.origin}/login/smtp-verification`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The test email waits for the sign-in").waitFor();
  const looks = [...await axe()];
  const seen = { before: await page.locator("#connection").innerText() };
  if (facts.paste) {
    let ended;
    await page.getByRole("button", { name: "Sign in by pasting the address" }).click();
    looks.push(...await axe());
    const [tab] = await Promise.all([context.waitForEvent("page"),
      page.getByRole("link", { name: /new tab/ }).click()]);
    tab.on("request", (request) => {
      if (request.url().startsWith("http://127.0.0.1")) ended = request.url();
    });
    await atTheProvider(tab, facts);
    while (!ended) await page.waitForTimeout(50);
    await tab.close();
    await page.getByLabel("Address the browser ended at").fill(ended);
    await page.getByRole("button", { name: "Use this address" }).click();
  } else {
    await page.getByRole("button", { name: "Verify OAuth2 Provider" }).click();
    await atTheProvider(page, facts);
  }
  if (facts.refuse) {
    await page.getByRole("heading", { name: "The sign-in did not work" }).waitFor();
    assert.equal(new URL(page.url()).search, "");
    return { ...seen, looks: [...looks, ...await axe()],
      text: await page.locator("main").innerText() };
  }
  await page.waitForURL((url) => url.pathname.startsWith("/login/email/test/"), { timeout: 60000 });
  seen.result = await testResult(page);
  seen.address = page.url();
  if (facts.back) {
    seen.way = await wayBack(page, facts);
    await page.goto("/login/email/verify");
    seen.over = await page.locator("main").innerText();
    looks.push(...await axe());
    return { ...seen, looks };
  }
  await page.goto("/login/email");
  seen.after = await page.locator("#connection").innerText();
  looks.push(...await axe());
  await page.getByRole("link", { name: "Disconnect" }).click();
  looks.push(...await axe());
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.waitForURL((url) => url.pathname === "/login/email");
  seen.end = await page.locator("#connection").innerText();
  return { ...seen, looks, html: await page.content() };
}
