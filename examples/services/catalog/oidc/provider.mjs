// An identity provider for machine clients: two confidential clients, opaque and JWT access tokens.
// Which kind a client gets follows from the `resource` it asks for (RFC 8707).
import { generateKeyPairSync } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';

const env = (name) => {
  if (!process.env[name]) throw new Error(`environment variable ${name} is not set`);
  return process.env[name];
};

const port = Number(env('PORT'));
const tokenSeconds = Number(env('TOKEN_SECONDS'));
if (!Number.isInteger(tokenSeconds) || tokenSeconds < 1) {
  throw new Error(`INTEGTEST_OIDC_TTL must be a whole number of seconds from 1 up, not ${env('TOKEN_SECONDS')}`);
}

const resources = {
  'urn:claims:gateway': { format: 'opaque', seconds: tokenSeconds },
  'urn:claims:policy': { format: 'jwt', seconds: tokenSeconds },
  'urn:claims:short-lived': { format: 'opaque', seconds: 1 },
};

// Nobody can sign in at a page in a test, so this grant hands out what a signed-in user's client would hold.
const DEMO_USER = 'urn:claims:grant:demo-user';
const user = {
  sub: 'ann',
  name: 'Ann Example',
  given_name: 'Ann',
  family_name: 'Example',
  email: 'ann@example.org',
  email_verified: true,
};

const confidentialClient = (id, secret, grants) => ({
  client_id: id,
  client_secret: secret,
  grant_types: grants,
  redirect_uris: [],
  response_types: [],
});

// A key of its own at every start; its id is its thumbprint, so a cache of an older start misses instead of failing.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    confidentialClient(env('OIDC_CLIENT_ID'), env('OIDC_CLIENT_SECRET'), [
      'client_credentials',
      'refresh_token',
      DEMO_USER,
    ]),
    confidentialClient(env('OIDC_INTROSPECTION_CLIENT_ID'), env('OIDC_INTROSPECTION_CLIENT_SECRET'), [
      'client_credentials',
    ]),
    // One that may not act for itself: client_credentials is refused.
    confidentialClient(env('OIDC_PORTAL_CLIENT_ID'), env('OIDC_PORTAL_CLIENT_SECRET'), ['refresh_token', DEMO_USER]),
  ],
  scopes: ['claims:read', 'claims:write', 'openid', 'offline_access'],
  claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name'], email: ['email', 'email_verified'] },
  findAccount: (ctx, id) => (id === user.sub ? { accountId: id, claims: () => user } : undefined),
  // A refresh token is good for one use; when one comes back a second time, all of its family are revoked.
  rotateRefreshToken: true,
  ttl: { AccessToken: tokenSeconds, RefreshToken: 3600, Grant: 3600 },
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['demo-cookie-key'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: (ctx, client, token) => client.clientId === token.clientId },
    resourceIndicators: {
      enabled: true,
      // A user's token is for this provider's own userinfo, a machine's for the gateway.
      defaultResource: (ctx) => (ctx.oidc.params.grant_type === 'client_credentials' ? 'urn:claims:gateway' : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource) => {
        const found = resources[resource];
        if (!found) throw new errors.InvalidTarget(`unknown resource ${resource}`);
        return {
          scope: 'claims:read claims:write',
          audience: resource,
          accessTokenTTL: found.seconds,
          accessTokenFormat: found.format,
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
});

provider.registerGrantType(
  DEMO_USER,
  async (ctx) => {
    const { client, params } = ctx.oidc;
    const scope = params.scope ?? 'openid profile email offline_access';
    const grant = new provider.Grant({ clientId: client.clientId, accountId: user.sub });
    grant.addOIDCScope(scope);
    const common = { client, accountId: user.sub, grantId: await grant.save(), gty: DEMO_USER, scope };
    const access = new provider.AccessToken(common);
    const refresh = new provider.RefreshToken({ ...common, rotations: 0, iiat: Math.floor(Date.now() / 1000) });
    ctx.body = {
      access_token: await access.save(),
      expires_in: access.expiration,
      refresh_token: await refresh.save(),
      scope,
      token_type: access.tokenType,
    };
  },
  ['scope'],
);

provider.listen(port, '127.0.0.1', () => console.log(`identity provider at http://127.0.0.1:${port}`));
