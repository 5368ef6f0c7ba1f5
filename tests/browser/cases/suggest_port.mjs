// Choosing an encryption suggests its port, unless one was typed.

import { fill, openEmail, signIn } from "../steps.mjs";

export default async function ({ page, facts }) {
  await signIn(page, facts);
  await openEmail(page);
  const port = page.locator('[name="email.relay_port"]');
  const choose = async (value) => {
    await fill(page, { "email.encryption": value });
    return port.inputValue();
  };
  const suggested = [await choose("tls"), await choose("none"), await choose("starttls")];
  await port.fill("2525");
  return { suggested, typed: [await choose("tls"), await choose("none")] };
}
