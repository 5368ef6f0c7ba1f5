// What people do with mail, by the buttons of its page: facts.waits is held, released, tried and
// deleted, facts.failed is sent again. Each page on the way is looked at.

import assert from "node:assert/strict";

import { signIn } from "../steps.mjs";

export default async function ({ page, facts, axe }) {
  const said = {}, seen = [];
  await signIn(page, facts);

  await open(facts.waits);
  await press("Hold");
  said.held = await notice();
  said.buttons = await buttons();
  await press("Release");
  said.released = await notice();
  await settled();
  await press("Try now");
  said.tried = await notice();
  await settled();
  await follow("Delete");
  said.asked = await page.locator("main .box").innerText();
  await follow("Back to the message");
  said.left = await state();
  await follow("Delete");
  await press("Delete");
  said.deleted = await notice();
  said.after = await page.locator("main").innerText();

  await open(facts.failed);
  await follow("Send again");
  said.askedAgain = await page.locator("main .box").innerText();
  await press("Send again");
  said.sent = await notice();
  said.copy = new URL(page.url()).pathname.split("/").pop();
  said.copied = await page.locator("main").innerText();
  await open(facts.failed);
  said.original = await page.locator("main").innerText();
  return { said, seen };

  async function look() {
    await page.waitForLoadState();
    if (facts.options?.javaScriptEnabled === false) return; // axe is a script
    seen.push({
      url: page.url(), violations: await axe(),
      sideways: await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth),
    });
  }

  async function open(queueId) {
    await page.goto(`/login/queue/${queueId}`);
    await look();
  }

  async function press(name) {
    const before = page.url();
    await page.locator("main").getByRole("button", { name, exact: true }).click();
    await page.waitForURL((url) => url.href !== before);
    await look();
  }

  async function follow(name) {
    const before = page.url();
    await page.locator("main").getByRole("link", { name, exact: true }).click();
    await page.waitForURL((url) => url.href !== before);
    await look();
  }

  // The relay was asked again and said no again.
  async function settled() {
    for (let turn = 0; turn < 100 && !/Deferred/.test(await state()); turn++) {
      await page.waitForTimeout(200);
      await page.goto(`/login/queue/${facts.waits}`);
    }
    assert.match(await state(), /Deferred/);
  }

  function state() {
    return page.locator("main .banner .headline").last().innerText();
  }

  function notice() {
    return page.locator("main [role=status]").innerText();
  }

  function buttons() {
    return page.locator("main .banner .buttons").locator("button, a").allInnerTexts();
  }
}
