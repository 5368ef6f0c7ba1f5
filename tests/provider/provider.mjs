// provider.mjs CONFIG - a real OpenID provider on loopback, with login and consent pages (any name,
// any password). CONFIG is a file of JSON: port, host, key, cert, folder, client_id, client_secret.
//
// In the folder, read anew at every request:
//   control.json  access_token_seconds, rotate, token_bits, redirect_uris, clock (seconds by which
//                 this provider's clock is off), basic_only (it takes a secret in the header
//                 alone), overlap (a refresh token may be used again until the one that came for it
//                 is: an answer may be lost, reuse is still found), and what keys.mjs says
//   faults.json   a list of { path, times, status, body, type, headers, delay, merge, cut }: the first
//                 for a path counts, so many times. With a status the request goes no further; merge
//                 changes members of a JSON answer (null takes one away); cut closes the connection
//                 where the answer would be, when all the work is done.
// and written: requests.jsonl (what was asked and how it ended, with the refresh tokens that were
// shown and given out), state.json (what it remembers, so that it may be stopped and started).
// POST /world/revoke ends all sign-ins of all accounts, as an administrator would; /world/expire ends
// the access tokens alone.

import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import Provider from "oidc-provider";

import { checkCertificate, keyClient, nameServiceClient, registerService } from "./keys.mjs";

const config = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const inside = (name) => path.join(config.folder, name);

function read(name, otherwise) {
  try {
    return JSON.parse(fs.readFileSync(inside(name), "utf8"));
  } catch {
    return otherwise;
  }
}

function write(name, value) { // whole or not at all: somebody may be reading
  fs.writeFileSync(inside(`${name}.new`), JSON.stringify(value));
  fs.renameSync(inside(`${name}.new`), inside(name));
}

const control = () => read("control.json", {});

const machineNow = Date.now;
Date.now = () => machineNow() + (control().clock ?? 0) * 1000;

// ---- what it remembers ----

const grantable = new Set(["AccessToken", "AuthorizationCode", "RefreshToken", "DeviceCode"]);
let rows = read("state.json", {}); // "Model:id": { payload, ends }

const now = () => Math.floor(Date.now() / 1000);
const save = () => write("state.json", rows);

class Adapter {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async find(id) {
    if (this.model === "Client") return keyClient(id, control());
    const row = rows[this.key(id)];
    return row && (!row.ends || row.ends > now()) ? row.payload : undefined;
  }

  async findWhere(name, value) {
    const row = Object.entries(rows).find(([key, each]) => key.startsWith(`${this.model}:`)
      && each.payload[name] === value);
    return row?.[1].payload;
  }

  findByUid(uid) {
    return this.findWhere("uid", uid);
  }

  findByUserCode(code) {
    return this.findWhere("userCode", code);
  }

  async upsert(id, payload, seconds) {
    rows[this.key(id)] = { payload, ends: seconds ? now() + seconds : 0 };
    save();
  }

  async consume(id) {
    if (this.model === "RefreshToken" && control().overlap) consumeOlder(this.key(id));
    else rows[this.key(id)].payload.consumed = now();
    save();
  }

  async destroy(id) {
    delete rows[this.key(id)];
    save();
  }

  async revokeByGrantId(grant) {
    rows = Object.fromEntries(Object.entries(rows).filter(([key, row]) =>
      !(grantable.has(key.split(":")[0]) && row.payload.grantId === grant)));
    save();
  }
}

function consumeOlder(key) { // of the same sign-in; rows are in the order in which they came
  for (const [each, row] of Object.entries(rows)) {
    if (each === key) return;
    if (each.startsWith("RefreshToken:") && row.payload.grantId === rows[key].payload.grantId) {
      row.payload.consumed = now();
    }
  }
}

function expireAll() {
  rows = Object.fromEntries(Object.entries(rows).filter(([key]) =>
    !/^(AccessToken|ClientCredentials):/.test(key)));
  save();
}

function revokeAll() {
  rows = Object.fromEntries(Object.entries(rows).filter(([key]) =>
    !grantable.has(key.split(":")[0]) && !key.startsWith("Grant:")));
  save();
}

// ---- the provider ----

function clients() {
  return [{
    client_id: config.client_id,
    client_secret: config.client_secret,
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["authorization_code", "refresh_token", "client_credentials",
      "urn:ietf:params:oauth:grant-type:device_code"],
    redirect_uris: config.redirect_uris,
    response_types: ["code"],
    scope: "openid offline_access email smtp",
  }, {
    client_id: "relay",
    client_secret: "relaysecret",
    grant_types: [],
    redirect_uris: [],
    response_types: [],
  }];
}

const issuer = `https://${config.host}:${config.port}`;
const provider = new Provider(issuer, {
  adapter: Adapter,
  clients: clients(),
  scopes: ["openid", "offline_access", "email", "smtp"],
  claims: { openid: ["sub"], email: ["email"] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
  pkce: { required: () => true },
  clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
  assertJwtClientAuthClaimsAndHeader: (ctx, claims, header) => checkCertificate(header, control()),
  extraTokenClaims: (ctx, token) => // a token of an application names nobody by itself
    token.kind === "ClientCredentials" ? { sub: control().app_mailbox } : undefined,
  rotateRefreshToken: () => control().rotate ?? true,
  formats: {
    bitsOfOpaqueRandomness: (ctx, token) =>
      token.kind === "AccessToken" ? control().token_bits ?? 16000 : 256,
  },
  ttl: {
    AccessToken: () => control().access_token_seconds ?? 3600,
    ClientCredentials: () => control().access_token_seconds ?? 3600,
    AuthorizationCode: 60, DeviceCode: 300, Grant: 86400, IdToken: 3600, Interaction: 600,
    RefreshToken: 86400, Session: 86400,
  },
  cookies: { keys: ["of these tests only"] },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (ctx, client) => client.clientId === "relay" },
    revocation: { enabled: true, allowedPolicy: (ctx, client, token) =>
      client.clientId === token.clientId },
  },
});

registerService(provider, control);

// Each node of the tests has a port of its own, so what may be led back to is in control.json.
provider.Client.prototype.redirectUriAllowed = (uri) =>
  (control().redirect_uris ?? []).includes(uri);

// ---- faults ----

function faultOf(where) {
  const faults = read("faults.json", []);
  const fault = faults.find((each) => each.path === where && (each.times ?? 1) > 0);
  if (fault) {
    fault.times = (fault.times ?? 1) - 1;
    write("faults.json", faults);
  }
  return fault ?? {};
}

function merge(body, members) {
  const merged = { ...body, ...members };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

async function grantType(request) { // where the provider itself does not come to read it
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString()).get("grant_type") ?? undefined;
}

async function refusesSecretInBody(ctx) {
  const parts = [];
  for await (const part of ctx.req) parts.push(part);
  ctx.req.body = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
  if (!ctx.req.body.client_secret) return false;
  ctx.status = 401;
  ctx.body = { error: "invalid_client" };
  return true;
}

provider.use(async (ctx, next) => {
  const act = { "/world/revoke": revokeAll, "/world/expire": expireAll }[ctx.path];
  if (act && ctx.method === "POST") {
    act();
    ctx.body = "";
    return;
  }
  const fault = faultOf(ctx.path);
  if (fault.delay) await new Promise((done) => { setTimeout(done, fault.delay); });
  let grant, shown;
  if (fault.status) {
    grant = await grantType(ctx.req);
    ctx.status = fault.status;
    ctx.type = fault.type ?? "text/html";
    ctx.body = fault.body ?? "<!doctype html><title>Away</title><h1>Service Unavailable</h1>";
    ctx.set(fault.headers ?? {});
  } else {
    if (ctx.path === "/token" && ctx.method === "POST" && control().service_accounts) {
      await nameServiceClient(ctx);
    }
    const refused = ctx.path === "/token" && control().basic_only
      && await refusesSecretInBody(ctx);
    if (!refused) await next();
    grant = ctx.oidc?.params?.grant_type;
    shown = ctx.oidc?.params?.refresh_token;
  }
  if (fault.merge) ctx.body = merge(ctx.body, fault.merge);
  fs.appendFileSync(inside("requests.jsonl"), `${JSON.stringify({ method: ctx.method,
    path: ctx.path, grant_type: grant, status: ctx.status,
    error: ctx.body?.error, shown, issued: ctx.body?.refresh_token })}\n`);
  if (fault.cut) {
    ctx.respond = false;
    ctx.req.socket.destroy();
  }
});

https.createServer({ key: fs.readFileSync(config.key), cert: fs.readFileSync(config.cert) },
  provider.callback()).listen(config.port, config.host);
