// play.mjs CASE - plays cases/CASE.mjs in Debian's Chromium. Facts come as JSON on standard input,
// what the case returns goes as JSON to standard output; a case that fails ends with status 1.
//
// A case is a default function of { page, context, facts, axe }. facts.origin is the daemon;
// facts.options goes to the browser (javaScriptEnabled, colorScheme, viewport). axe() returns the
// violations on the page as lines of text.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// By the debugger's protocol: a page with a strict policy takes no script from a tag.
async function axe(context, page) {
  const source = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"));
  const session = await context.newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: source.toString() });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: "axe.run().then((found) => JSON.stringify(found.violations))",
    awaitPromise: true, returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? "axe");
  return JSON.parse(result.value).flatMap((violation) => violation.nodes.map(
    (node) => `${violation.id}: ${violation.help}: ${node.target.join(" ")}\n${node.html}`));
}

const name = process.argv[2];
const facts = JSON.parse(fs.readFileSync(0, "utf8"));
const { default: play } = await import(`./cases/${name}.mjs`);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "tocsin-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium", headless: true, ignoreHTTPSErrors: true, args: flags,
  baseURL: facts.origin, viewport: { width: 1280, height: 900 }, ...facts.options,
});
let status = 0;
try {
  const page = context.pages()[0];
  page.setDefaultTimeout(15000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy/.test(message.text()))
      faults.push(message.text());
  });
  try {
    const value = await play({ page, context, facts, axe: () => axe(context, page) });
    if (faults.length) throw new Error(faults.join("\n"));
    process.stdout.write(`${JSON.stringify(value ?? null)}\n`);
  } catch (error) {
    status = 1;
    process.stderr.write(`${error.stack}\non ${page.url()}, which reads:\n`);
    process.stderr.write(await page.locator("body").innerText().catch(() => "(nothing)"));
    process.stderr.write("\n");
    if (facts.screenshot) await page.screenshot({ path: facts.screenshot, fullPage: true })
      .catch(() => {});
  }
} finally {
  await context.close();
  fs.rmSync(profile, { recursive: true, force: true });
}
process.exit(status);
