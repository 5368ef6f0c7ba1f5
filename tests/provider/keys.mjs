// keys.mjs - who proves by a private key who asks (RFC 7523), at the provider of provider.mjs: the
// application "tocsin-signer" (client_assertion, as Microsoft takes it: PS256, the certificate told
// by its thumbprint, an expired one refused), and service accounts (the JWT bearer grant, with
// Google's words when it is refused). control.json, read anew at every request, has
//   signer_certificate  PEM, as it was uploaded at the provider
//   app_mailbox         whom a token of the application itself stands for
//   service_accounts    { address: { key_id, public_key (PEM), mailboxes: [ ... ] } }: whom it may be

import crypto from "node:crypto";
import querystring from "node:querystring";

import { jwtVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { errors } from "oidc-provider";

export const SIGNER = "tocsin-signer";
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SERVICE = "any service account"; // the client that their tokens are of
const HOUR = 3600;

// ---- the application and its certificate ----

export function keyClient(id, control) {
  if (id === SERVICE) {
    return { client_id: id, token_endpoint_auth_method: "none", grant_types: [JWT_BEARER],
      redirect_uris: [], response_types: [], scope: "smtp" };
  }
  if (id !== SIGNER || !control.signer_certificate) return undefined;
  const key = new crypto.X509Certificate(control.signer_certificate).publicKey;
  return { client_id: id, token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "PS256", jwks: { keys: [key.export({ format: "jwk" })] },
    grant_types: ["client_credentials"], redirect_uris: [], response_types: [], scope: "smtp" };
}

export function checkCertificate(header, control) {
  const certificate = new crypto.X509Certificate(control.signer_certificate);
  const digest = (name) => crypto.createHash(name).update(certificate.raw).digest("base64url");
  if (header["x5t#S256"] !== digest("sha256") || header.x5t !== digest("sha1")) {
    throw new errors.InvalidClientAuth("the certificate is not registered");
  }
  if (Date.parse(certificate.validTo) < Date.now()) {
    throw new errors.InvalidClientAuth("the certificate has expired");
  }
}

// ---- service accounts ----

// They ask without naming a client, which the provider does not know: the body is read before it.
export async function nameServiceClient(ctx) {
  const parts = [];
  for await (const part of ctx.req) parts.push(part);
  const fields = querystring.parse(Buffer.concat(parts).toString());
  if (fields.grant_type === JWT_BEARER) fields.client_id = SERVICE;
  ctx.req.body = fields;
}

function refuse(ctx, error, description) {
  ctx.status = error === "unauthorized_client" ? 401 : 400;
  ctx.body = { error, error_description: description };
}

async function verified(ctx, assertion, control) {
  const claims = decodeJwt(assertion);
  const account = control.service_accounts?.[claims.iss];
  if (!account || decodeProtectedHeader(assertion).kid !== account.key_id) {
    return refuse(ctx, "invalid_grant", "Invalid grant: account not found");
  }
  const now = Math.floor(Date.now() / 1000);
  if (claims.exp < now || claims.iat > now || claims.exp - claims.iat > HOUR) {
    return refuse(ctx, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 "
      + "minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.");
  }
  try {
    await jwtVerify(assertion, crypto.createPublicKey(account.public_key), {
      algorithms: ["RS256"], audience: ctx.oidc.urlFor("token"), currentDate: new Date(Date.now()),
    });
  } catch {
    return refuse(ctx, "invalid_grant", "Invalid JWT Signature.");
  }
  if (claims.scope !== "smtp") {
    return refuse(ctx, "unauthorized_client", "Client is unauthorized to retrieve access tokens "
      + "using this method, or client not authorized for any of the scopes requested.");
  }
  if (!account.mailboxes.includes(claims.sub)) {
    return refuse(ctx, "invalid_grant", "Invalid email or User ID");
  }
  return claims;
}

export function registerService(provider, control) {
  provider.registerGrantType(JWT_BEARER, async (ctx) => {
    const claims = await verified(ctx, ctx.oidc.params.assertion, control());
    if (!claims) return;
    const token = new provider.AccessToken({ client: ctx.oidc.client, accountId: claims.sub,
      scope: claims.scope, gty: JWT_BEARER });
    ctx.body = { access_token: await token.save(), expires_in: token.expiration,
      token_type: "Bearer" };
  }, ["assertion"]);
}
