import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { asks, CREATES, isLetIn, type OidcPlace, SECRET, sends, sent, whoIsAsked } from './oidc.place.ts';
import { request } from './oidc-request.rows.ts';
import { change, type Document, type Rows, type Setting } from './row.ts';

type See = (place: OidcPlace) => Promise<unknown>;
const oidc = (fields: Document): Document => ({ oidc: fields });

/** Everything given: nothing is fetched, and nothing filled in. */
const whole = ({ first }: OidcPlace): Document => ({
  authorizationEndpoint: `${first.issuer}/authorize`,
  tokenEndpoint: `${first.issuer}/token`,
  userinfoEndpoint: `${first.issuer}/userinfo`,
  jwksUri: `${first.issuer}/jwks`,
});

/** The provider has the client registered like this, keys of ours included. */
const registered =
  (authentication: OidcPlace['client']['authentication'], see: See): See =>
  async (place) => {
    const { api, id, client } = place;
    const { json } = await api.call('GET', `/api/v1/identity-providers/${id}/keys`);
    Object.assign(client, { authentication, keys: json.items.map(({ jwk }) => jwk) });
    return see(place);
  };

/** How the client proves itself, and whether that does. */
const proof: See = (place) =>
  sends(({ headers, fields }) => {
    const ways = ['client_secret', 'client_assertion', 'code_verifier'].filter((name) => fields.has(name));
    return [...(headers.authorization?.startsWith('Basic ') ? ['basic'] : []), ...ways].join(' and ');
  })(place);

const authenticates = (value: OidcPlace['client']['authentication'], after: string): Setting<OidcPlace> => ({
  field: '/oidc/clientAuthentication',
  does: `${value} is how the client proves itself at the token endpoint`,
  given: CREATES,
  value,
  see: async (place) => {
    const way = await proof(place);
    return [way, await registered(value, isLetIn)(place)];
  },
  before: ['basic and code_verifier', 'oidc.client_refused'],
  after: [after, 'in'],
});

const decoded = (base64: string | undefined): string => Buffer.from(base64?.split(' ')[1] ?? '', 'base64').toString();

const client: Setting<OidcPlace>[] = [
  {
    field: '/oidc/clientId',
    does: 'is what the provider knows us by',
    value: 'another-client',
    see: asks('client_id'),
    before: ({ tenant }: OidcPlace) => tenant.name,
    after: 'another-client',
  },
  {
    field: '/oidc/clientSecret',
    does: 'is sent to the token endpoint and told to nobody',
    value: 'the-second-secret',
    isSecret: true,
    see: sends(({ headers }) => decoded(headers.authorization).split(':')[1]),
    before: SECRET,
    after: 'the-second-secret',
  },
  {
    field: '/oidc/clientSecretExpiresAt',
    does: 'is in the calendar of what expires',
    value: '2031-01-01T00:00:00Z',
    see: async ({ api }) => {
      const { json } = await api.call('GET', '/api/v1/expiries');
      return json.items.filter(({ kind }) => kind === 'client-secret').map(({ pointer, expiresAt }) => [pointer, expiresAt]);
    },
    before: [],
    after: [['/oidc/clientSecretExpiresAt', '2031-01-01T00:00:00.000Z']],
  },
  authenticates('client_secret_post', 'client_secret and code_verifier'),
  authenticates('private_key_jwt', 'client_assertion and code_verifier'),
  authenticates('none', 'code_verifier'),
  {
    field: '/oidc/clientAssertionAudience',
    does: 'is whom the client assertion is addressed to',
    given: oidc({ clientAuthentication: 'private_key_jwt', clientAssertionAudience: 'issuer' }),
    value: 'token_endpoint',
    see: sends(({ fields }) => JSON.parse(decoded(`x ${fields.get('client_assertion')?.split('.')[1]}`)).aud),
    before: ({ first }: OidcPlace) => first.issuer,
    after: ({ first }: OidcPlace) => `${first.issuer}/token`,
  },
];

/** Whether a provider without S256 may be connected. */
const isConnected: See = async (place) => {
  const { status, json } = await change(place, oidc({ codeChallengeMethodsSupported: ['plain'] }));
  await change(place, oidc({ codeChallengeMethodsSupported: ['S256'] }));
  return status === 200 ? 'yes' : json.errors[0]?.code;
};

/** Sends the answer without the issuer. */
const anonymous: See = async (place) => {
  place.first.nextAuthorization({ iss: undefined });
  try {
    return await isLetIn(place);
  } finally {
    place.first.nextAuthorization({});
  }
};

const elsewhere = (field: string, { path, endpoint }: { path: string; endpoint: 'token' | 'userinfo' }): Setting<OidcPlace> => ({
  field: `/oidc/${field}`,
  does: `is asked as the ${endpoint} endpoint`,
  given: CREATES,
  value: ({ second }: OidcPlace) => `${second.issuer}${path}`,
  // The secret again: it would be told to another host.
  patch: (place) => oidc({ clientSecret: SECRET, [field]: `${place.second.issuer}${path}` }),
  see: whoIsAsked(endpoint),
  before: 'first',
  after: 'second',
});

const provider: Setting<OidcPlace>[] = [
  {
    field: '/oidc/issuer',
    does: 'is whom answers and tokens must be of',
    given: CREATES,
    value: ({ second }: OidcPlace) => second.issuer,
    patch: (place) => oidc({ ...whole(place), issuer: place.second.issuer, authorizationResponseIssParameterSupported: false }),
    see: isLetIn,
    before: 'in',
    after: 'oidc.answer_issuer_mismatch',
  },
  {
    field: '/oidc/requirePkce',
    does: 'off lets a provider be connected that has no S256',
    given: oidc({ requirePkce: true }),
    value: false,
    see: isConnected,
    before: 'pkce_unsupported',
    after: 'yes',
  },
  {
    field: '/oidc/codeChallengeMethodsSupported',
    does: 'is what decides whether PKCE can be required',
    given: oidc({ requirePkce: false }),
    value: ['plain'],
    see: async (place) => (await change(place, oidc({ requirePkce: true }))).status,
    before: 200,
    after: 422,
    patch: oidc({ requirePkce: false, codeChallengeMethodsSupported: ['plain'] }),
  },
  {
    field: '/oidc/authorizationResponseIssParameterSupported',
    does: 'wants every answer to say who sent it',
    given: CREATES,
    value: false,
    see: anonymous,
    before: 'oidc.answer_issuer_missing',
    after: 'in',
  },
  {
    field: '/oidc/authorizationEndpoint',
    does: 'is where people are sent',
    value: ({ second }: OidcPlace) => `${second.issuer}/authorize`,
    see: async (place) => new URL((await sent(place)).location).origin,
    before: ({ first }: OidcPlace) => first.issuer,
    after: ({ second }: OidcPlace) => second.issuer,
  },
  elsewhere('tokenEndpoint', { path: '/token', endpoint: 'token' }),
  elsewhere('userinfoEndpoint', { path: '/userinfo', endpoint: 'userinfo' }),
  {
    field: '/oidc/jwksUri',
    does: 'has the keys that are believed',
    given: CREATES,
    value: ({ second }: OidcPlace) => `${second.issuer}/jwks`,
    see: isLetIn,
    before: 'in',
    after: 'oidc.signature_invalid',
  },
];

/** The generic OpenID provider; what belongs to Entra alone is in `entra.rows.ts`. */
export const oidcRows: Rows<OidcPlace> = {
  settings: [...client, ...provider, ...request],
  fixed: [
    {
      field: '/oidc/redirectUri',
      does: 'is where answers arrive; it is shown, and asked for',
      refused: { value: 'https://elsewhere.example/callback', code: 'read_only' },
      check: async (place) => {
        const { json } = await place.api.call('GET', `/api/v1/identity-providers/${place.id}`);
        assert.equal(json.oidc.redirectUri, `${place.tenant.url}/sso/acme/callback`);
        assert.equal(await asks('redirect_uri')(place), json.oidc.redirectUri);
      },
    },
    {
      field: '/oidc/keys',
      does: 'are ours: made by the gateway, published, used',
      given: oidc({ clientAuthentication: 'private_key_jwt' }),
      refused: { value: { clientAssertion: [] }, code: 'unknown_field' },
      check: async (place) => {
        const assertion = await sends(({ fields }) => fields.get('client_assertion'))(place);
        const { kid } = decodeProtectedHeader(String(assertion));
        const { keys } = (await (await fetch(`${place.tenant.url}/sso/acme/jwks`)).json()) as { keys: { kid: string }[] };
        assert.ok(keys.some((key) => key.kid === kid));
      },
    },
  ],
};
