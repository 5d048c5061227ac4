// A certified OpenID provider for the tests: node provider.mjs PORT REDIRECT_URI PEOPLE, which is a file of claims by
// subject, which is what one signs in with; whoever is not in it gets in too, with an address that nobody verified.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [, , port, redirect, people] = process.argv;
const found = createRequire(`${process.env.HKPLEIN_NODE_MODULES}/`).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found));
const claims = (subject) => {
  const known = JSON.parse(readFileSync(people))[subject];
  return { sub: subject, email: `${subject}@elders.example`, email_verified: false, ...known };
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "hkplein", client_secret: "a-secret-of-the-tests-only", redirect_uris: [redirect],
    post_logout_redirect_uris: [new URL("/sign-in", redirect).href],
    grant_types: ["authorization_code"], response_types: ["code"],
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  scopes: ["openid", "email"],
  pkce: { required: () => true },
  findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => claims(id) }),
  loadExistingGrant: async (ctx) => { // an organisation agrees for everybody who works there
    const { client, session, provider } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
  cookies: { keys: ["of the tests"] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.stdin.resume().on("end", () => process.exit());
