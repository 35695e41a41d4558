import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { people } from '../people.ts';
import { type Service, startService } from './service.ts';

export type Algorithm = 'RS256' | 'ES256' | 'PS256' | 'EdDSA';

/** A client as Glewlwyd's administrator registers it. */
export interface OidcClient {
  id: string;
  secret: string;
  redirectUri: string;
}

export interface Glewlwyd extends Service {
  /** One issuer an algorithm of ID tokens, on one server. */
  issuerOf(algorithm: Algorithm): string;
  register(client: OidcClient): Promise<void>;
}

const SCOPES = ['openid', 'profile', 'email', 'phone', 'groups', 'offline_access'];

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256', 'PS256', 'EdDSA'];

/** Glewlwyd's names of key types; its EC and RSA types take the hash from `jwt-key-size`. */
const KEY_TYPES: Record<Algorithm, string> = { RS256: 'rsa', ES256: 'ecdsa', PS256: 'rsa-pss', EdDSA: 'eddsa' };

export async function startGlewlwyd(): Promise<Glewlwyd> {
  const service = await startService({ script: 'glewlwyd' });
  const admin = await signIn(service.url, 'admin', 'password');
  for (const scope of SCOPES) await addScope(admin, scope);
  for (const algorithm of ALGORITHMS) await addIssuer(admin, `${service.url}/api/${pluginOf(algorithm)}`, algorithm);
  for (const person of people) await addPerson(admin, person);
  return {
    ...service,
    issuerOf: (algorithm) => `${service.url}/api/${pluginOf(algorithm)}`,
    register: (client) => register(service.url, admin, client),
  };
}

/** A call of its API in a session; anything but 200 is a fault of the test's set-up. */
type Session = (method: string, path: string, body: unknown) => Promise<void>;

async function signIn(url: string, username: string, password: string): Promise<Session> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const send = async (method: string, path: string, body: unknown): Promise<Response> => {
    const response = await fetch(`${url}/api${path}`, { method, headers, body: JSON.stringify(body) });
    if (response.status !== 200)
      throw new Error(`Glewlwyd answers ${response.status} to ${method} ${path}: ${await response.text()}`);
    return response;
  };
  const entered = await send('POST', '/auth/', { username, password });
  headers['cookie'] = entered.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
  return async (method, path, body) => void (await send(method, path, body));
}

function addScope(admin: Session, name: string): Promise<void> {
  const scope = {
    name,
    display_name: name,
    description: name,
    password_required: true,
    password_max_age: 0,
    scheme: {},
    scheme_required: {},
  };
  return name === 'openid' ? admin('PUT', '/scope/openid', scope) : admin('POST', '/scope/', scope);
}

function pluginOf(algorithm: Algorithm): string {
  return `oidc-${algorithm.toLowerCase()}`;
}

function keysOf(algorithm: Algorithm): { key: string; cert: string } {
  const { privateKey, publicKey } = newKeyPair(algorithm);
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

function newKeyPair(algorithm: Algorithm): KeyPairKeyObjectResult {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
}

async function addIssuer(admin: Session, iss: string, algorithm: Algorithm): Promise<void> {
  const claim = (name: string, property: string, scope: string): object => ({
    name,
    'user-property': property,
    type: 'string',
    mandatory: true,
    'on-demand': true,
    scope: [scope],
  });
  const parameters = {
    iss,
    ...keysOf(algorithm),
    'jwt-type': KEY_TYPES[algorithm],
    'jwt-key-size': '256',
    'jwks-show': true,
    'subject-type': 'public',
    'allow-non-oidc': false,
    'allowed-scope': SCOPES,
    'auth-type-code-enabled': true,
    'auth-type-refresh-enabled': true,
    'auth-type-code-revoke-replayed': true,
    'auth-type-token-enabled': false,
    'auth-type-implicit-enabled': false,
    'auth-type-none-enabled': false,
    'auth-type-password-enabled': false,
    'auth-type-client-enabled': false,
    'auth-type-device-enabled': false,
    'code-duration': 60,
    'access-token-duration': 3600,
    'refresh-token-duration': 86_400,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    'pkce-allowed': true,
    'pkce-required': true,
    'pkce-method-plain-allowed': false,
    'request-parameter-allow': true,
    'introspection-revocation-allowed': true,
    'introspection-revocation-allow-target-client': true,
    // RFC 9207: `iss` in the authorization response, announced in discovery.
    'oauth-as-iss-id': true,
    'scope-claim': 'no',
    'name-claim': 'mandatory',
    'name-claim-scope': ['profile'],
    'email-claim': 'mandatory',
    'email-claim-scope': ['email'],
    claims: [
      claim('given_name', 'given_name', 'profile'),
      claim('family_name', 'family_name', 'profile'),
      claim('preferred_username', 'login', 'profile'),
      claim('phone_number', 'phone', 'phone'),
      claim('groups', 'groups', 'groups'),
      claim('roles', 'roles', 'groups'),
    ],
  };
  await admin('POST', '/mod/plugin/', {
    module: 'oidc',
    name: pluginOf(algorithm),
    display_name: algorithm,
    order_rank: ALGORITHMS.indexOf(algorithm),
    readonly: false,
    parameters,
  });
}

function addPerson(admin: Session, person: (typeof people)[number]): Promise<void> {
  return admin('POST', '/user/', {
    username: person.name,
    login: person.name,
    password: person.password,
    email: person.email,
    name: `${person.firstName} ${person.lastName}`,
    given_name: person.firstName,
    family_name: person.lastName,
    phone: person.phone,
    groups: person.groups,
    roles: person.roles,
    scope: ['g_profile', ...SCOPES],
    enabled: true,
  });
}

async function register(url: string, admin: Session, { id, secret, redirectUri }: OidcClient): Promise<void> {
  await admin('POST', '/client/', {
    client_id: id,
    name: 'Sallyport under test',
    enabled: true,
    confidential: true,
    client_secret: secret,
    redirect_uri: [redirectUri],
    authorization_type: ['code', 'refresh_token'],
    token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
    scope: [],
  });
  // Consent is given in advance: its page is a script that says nothing about us.
  for (const person of people) {
    const session = await signIn(url, person.name, person.password);
    await session('PUT', `/auth/grant/${id}/`, { scope: SCOPES.join(' ') });
  }
}
