// A real OpenID Connect provider on loopback, for the tests: ES256, PKCE, login and consent pages.
// node provider.mjs PORT REDIRECT_URI
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port, returnAddress] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "one" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "palabre",
    client_secret: "a-secret-that-only-the-tests-know",
    redirect_uris: [returnAddress],
    post_logout_redirect_uris: [new URL("/", returnAddress).href],
    response_types: ["code"],
    grant_types: ["authorization_code"],
    id_token_signed_response_alg: "ES256",
    userinfo_signed_response_alg: "ES256",
  }],
  jwks: { keys: [key] },
  cookies: { keys: ["a-key-for-the-cookies-of-the-tests"] },
  claims: { openid: ["sub"], profile: ["given_name"], email: ["email", "email_verified"] },
  features: { devInteractions: { enabled: true }, jwtUserinfo: { enabled: true } },
  pkce: { required: () => true },
  enabledJWA: {
    idTokenSigningAlgValues: ["ES256"], userinfoSigningAlgValues: ["ES256"],
  },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id, given_name: id, email: `${id}@provider.example`, email_verified: id !== "doubtful",
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
