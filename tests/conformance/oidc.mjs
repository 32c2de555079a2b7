// An authorisation server on loopback, all in memory: node oidc.mjs <oidc-provider's main module> <settings as JSON>.
// Settings: audience of the tokens, and a client that has a secret. Prints its issuer once it listens.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const { default: Provider } = await import(pathToFileURL(process.argv[2]));
const { audience, client } = JSON.parse(process.argv[3]);
const EXPIRED = 'urn:expired';
const SCOPES = ['runs:read', 'runs:stats', 'other'];
const privateKey = (type, options) => generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' });

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    scopes: ['openid', 'offline_access', ...SCOPES],
    clients: [{ ...client, grant_types: ['client_credentials'], response_types: [], redirect_uris: [] }],
    jwks: { keys: [privateKey('rsa', { modulusLength: 2048 }), privateKey('ec', { namedCurve: 'P-256' })] },
    cookies: { keys: ['signs cookies for a minute'] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_, resource) => ({
          audience: resource === EXPIRED ? audience : resource,
          scope: SCOPES.join(' '),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: async (_, token, { payload }) => {
          if (token.resourceServer.identifier() === EXPIRED) payload.exp = payload.iat - 3600;
        },
      },
    },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
