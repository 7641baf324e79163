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

const machineClient = (id, secret) => ({
  client_id: id,
  client_secret: secret,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
});

// A key of its own at every start; its id is its thumbprint, so a cache of an older start misses instead of failing.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    machineClient(env('OIDC_CLIENT_ID'), env('OIDC_CLIENT_SECRET')),
    machineClient(env('OIDC_INTROSPECTION_CLIENT_ID'), env('OIDC_INTROSPECTION_CLIENT_SECRET')),
  ],
  scopes: ['claims:read', 'claims:write'],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['demo-cookie-key'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: (ctx, client, token) => client.clientId === token.clientId },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:claims:gateway',
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

provider.listen(port, '127.0.0.1', () => console.log(`identity provider at http://127.0.0.1:${port}`));
