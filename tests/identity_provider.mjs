// A real OpenID provider (npm oidc-provider) on this machine for tests: node tests/identity_provider.mjs OPTIONS.json
//
// People write who they are and at which level, in a form, and are believed. Its first line on standard output is its
// issuer. What stands under "people" is told of them as claims.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = createRequire(fileURLToPath(new URL("../web/assets/package.json", import.meta.url)));
const { Provider } = await import(here.resolve("oidc-provider"));
const options = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const FISCAL = "https://attributes.eid.gov.it/fiscal_number";

const server = createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: options.clients,
  acrValues: ["https://www.spid.gov.it/SpidL1", "https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL3", "urn:due"],
  claims: { openid: ["sub"], fiscal: [FISCAL], acr: null, auth_time: null },
  conformIdTokenClaims: options.conform ?? false,
  cookies: { keys: ["of-a-test"] },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  interactions: { url: (_, interaction) => `/chi/${interaction.uid}` },
  pkce: { required: () => true },
  responseTypes: ["code"],
  ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...options.people?.[id] }) }),
});

async function answer(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="it"><title>Fornitore di prova</title><main><h1>Fornitore di prova</h1>
<form method="post"><label>Chi <input name="login" autofocus required></label>
<label>Livello <input name="acr"></label> <button>Sono io</button> <button name="no" value="1" formnovalidate>Annulla</button></form></main></html>`);
    return;
  }
  let body = "";
  for await (const piece of request) body += piece;
  const form = new URLSearchParams(body);
  if (form.get("no")) {
    await provider.interactionFinished(request, response, { error: "access_denied" });
    return;
  }
  const accountId = form.get("login");
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  grant.addOIDCScope("openid");
  grant.addOIDCClaims([FISCAL]);
  const acr = form.get("acr") || undefined;
  await provider.interactionFinished(request, response, {
    login: { accountId, acr, amr: ["pwd"] },
    consent: { grantId: await grant.save() },
  });
}

const callback = provider.callback();
server.on("request", (request, response) => {
  if (!request.url.startsWith("/chi/")) return callback(request, response);
  return answer(request, response).catch((wrong) => {
    response.statusCode = 500;
    response.end(String(wrong));
  });
});
console.log(issuer);
