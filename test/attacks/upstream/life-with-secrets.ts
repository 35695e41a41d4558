import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bytesOf } from '../../../src/upstream/exchange/canonical.ts';
import { openSecrets, type SealedSecrets } from '../../../src/upstream/exchange/sealed-secrets.ts';
import { Agent, type Visit } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import {
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
  tokensFor,
} from '../../kit/scene.ts';
import { verifyByOidc, verifyBySaml } from '../../verify/kit.ts';
import { KnownSecrets } from './known-secrets.ts';
import type { Reading } from './read-everything.ts';

/** Stands where everybody may read it: what finds nothing of it would find nothing at all. */
export const CANARY = 'canary-that-everybody-may-read';
const PASSPHRASE = 'correct horse battery staple';
const PASSWORD = 'a password that is long enough 7';

export const secrets = new KnownSecrets();
export const log: string[] = [];
/** Answers that a person or caller got on the way, refusals above all. */
export const answers: Reading[] = [];
let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
let saml: SamlConnection;

const random = (): string => randomBytes(24).toString('base64url');

function keepAnswer({ url, status, headers, body }: Visit): void {
  const { 'set-cookie': _, location: __, ...rest } = headers;
  answers.push({ address: url, status, headers: JSON.stringify(rest), text: body });
}

/** Cookies of a browser, each by itself. */
function keepCookies(agent: Agent): void {
  for (const pair of agent.cookieHeader(new URL(acme.url).origin).split('; ')) {
    const value = pair.slice(pair.indexOf('=') + 1);
    if (value.length > 20) secrets.keep(`cookie ${pair.split('=')[0]}`, value);
  }
}

/** What the provider was told and answered: codes, verifiers, states, tokens. */
function keepRequests(): void {
  const telling = ['code', 'code_verifier', 'state', 'nonce', 'client_assertion', 'refresh_token'];
  for (const { endpoint, fields, headers } of idp.requests) {
    for (const name of telling) if (fields.has(name)) secrets.keep(`${name} at ${endpoint}`, fields.get(name) ?? '');
    const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (bearer) secrets.keep('access token of the provider', bearer);
  }
}

/** One sign-in of OpenID Connect; what goes wrong with it is set up before. */
async function signInByOpenId(): Promise<Awaited<ReturnType<typeof signInByOidc>> & { agent: Agent }> {
  const agent = new Agent();
  idp.nextToken({ raw: (token) => secrets.keep('ID token of the provider', token) });
  const signedIn = await signInByOidc(agent, acme, oidc);
  keepAnswer(signedIn.arrived);
  keepCookies(agent);
  secrets.keep('verifier of the application', signedIn.asked.verifier);
  return { ...signedIn, agent };
}

async function connect(): Promise<void> {
  idp = await scene.startOidcIdp();
  await acme.api.call('POST', '/api/v1/groups', { name: 'Engineering' });
  oidc = await acme.connectOidc(idp, { name: `Acme ${CANARY}` });
  const [client] = idp.clients.values();
  secrets.keep('client secret of the provider', client?.secret ?? '');
  saml = await acme.connectSaml(createSamlIdp({ entityId: 'https://idp.example/saml', ssoUrl: 'https://idp.example/sso' }), {
    saml: { signRequests: true },
  });
  const directoryId = '9f0e0000-0000-4000-8000-000000000001';
  const entra = { clientId: 'gateway', clientSecret: secrets.keep('client secret at Entra', random()), directoryId };
  const document = { kind: 'microsoft-oidc', name: 'Entra', slug: 'entra', enabled: true, oidc: { ...entra, groupOverage: {} } };
  const made = await acme.api.call('POST', '/api/v1/identity-providers', document);
  assert.equal(made.status, 201, JSON.stringify(made.json));
  for (const id of [oidc.id, saml.id, made.json.id]) await keepOwnKeys(id);
  const consent = await new Agent().get(`${acme.url}/sso/entra/admin-consent`);
  secrets.keep('state of the admin consent', new URL(consent.location ?? '').searchParams.get('state') ?? '');
}

/** Our private keys, as an export under a passphrase carries them. */
async function keepOwnKeys(id: string): Promise<void> {
  const path = `/api/v1/identity-providers/${id}/export`;
  const { status, json } = await acme.api.call<{ secrets: SealedSecrets }>('POST', path, {
    passphrase: secrets.keep('passphrase', PASSPHRASE),
  });
  assert.equal(status, 200);
  const { secrets: sealed, ...open } = json;
  const { keys } = (await openSecrets(sealed, { passphrase: PASSPHRASE, beside: bytesOf(open) })) as {
    keys: { use: string; privateKeyPem: string }[];
  };
  for (const { use, privateKeyPem } of keys) secrets.keepKey(`our own key for ${use}`, privateKeyPem);
}

async function signInWell(): Promise<void> {
  idp.nextTokenResponse({ json: { refresh_token: secrets.keep('refresh token of the provider', random()) } });
  const { agent, arrived, asked } = await signInByOpenId();
  const code = secrets.keep('code of the application', await codeFrom(agent, arrived));
  const { json } = await redeem(acme, code, asked);
  for (const name of ['access_token', 'id_token', 'refresh_token'] as const)
    secrets.keep(`${name} of the application`, json[name]);
  // The provider is asked whether the person is still there, and does not know the token.
  scene.gateway.advance(3700);
  const { application } = acme;
  const renewed = await tokensFor(acme, application, { grant_type: 'refresh_token', refresh_token: json.refresh_token });
  for (const name of ['access_token', 'refresh_token'] as const) secrets.keep(`renewed ${name}`, renewed.json[name]);
  await scene.gateway.composition.settled();
  const bySaml = new Agent();
  const { response, arrived: came } = await signInBySaml(bySaml, acme, saml, { now: new Date(Date.now() + 3_700_000) });
  assert.equal(came.status, 303, came.body);
  secrets.keep('SAML response', response);
  keepCookies(bySaml);
}

async function signInBadly(): Promise<void> {
  const [client] = idp.clients.values();
  const { secret = '' } = client ?? {};
  Object.assign(client ?? {}, { secret: 'another one' });
  await signInByOpenId();
  Object.assign(client ?? {}, { secret });
  // A provider that repeats what it was told.
  const basic = Buffer.from(`${client?.clientId}:${secret}`).toString('base64');
  const description = `client_secret=${secret} is odd, and so is Authorization: Basic ${basic}`;
  idp.nextTokenResponse({ status: 400, json: { error: 'invalid_request', error_description: description } });
  await signInByOpenId();
  const agent = new Agent();
  idp.nextToken({ raw: (token) => secrets.keep('forged ID token', `${token.slice(0, -8)}AAAAAAAA`) });
  keepAnswer((await signInByOidc(agent, acme, oidc)).arrived);
  for (const sign of ['none', 'response'] as const) {
    const { arrived, response } = await signInBySaml(new Agent(), acme, saml, { sign, now: new Date(0) });
    keepAnswer(arrived);
    secrets.keep('refused SAML response', response);
  }
  const callback = `${oidc.callbackUrl}?${new URLSearchParams({ code: secrets.keep('stray code', random()), state: random() })}`;
  keepAnswer(await new Agent().get(callback));
}

async function verify(): Promise<void> {
  const passed = await verifyByOidc(acme, oidc);
  const failed = await verifyBySaml(acme, saml, { change: { sign: 'none' } });
  for (const { ticket, page, agent } of [passed, failed]) {
    secrets.keep('ticket of Verify', new URL(ticket.url).searchParams.get('ticket') ?? '');
    keepAnswer(page);
    keepCookies(agent);
  }
  secrets.keep('SAML response of Verify', failed.response);
  const path = (id: string): string => `/api/v1/identity-providers/${id}/preview`;
  const pasted = secrets.keep(
    'pasted ID token',
    `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(JSON.stringify(idp.person)).toString('base64url')}.${random()}`,
  );
  for (const [id, body] of [
    [oidc.id, { idToken: pasted }],
    [saml.id, { samlResponse: failed.response }],
  ] as const)
    await callApi('POST', path(id), body);
}

/** Whatever is answered is looked through. */
async function callApi(method: string, path: string, body: unknown, token = scene.gateway.operatorToken): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${acme.url}${path}`, { method, headers, body: JSON.stringify(body) });
  answers.push({ address: `${method} ${path}`, status: answer.status, text: await answer.text() });
}

/** Input with secrets where they do not belong, and callers with secrets that are none. */
async function callBadly(): Promise<void> {
  const clientSecret = secrets.keep('secret in a faulty document', random());
  const path = `/api/v1/identity-providers/${oidc.id}`;
  await callApi('PATCH', path, {
    oidc: { clientSecret: { is: clientSecret }, client_secret: clientSecret, scopes: [clientSecret, 1] },
  });
  await callApi('PATCH', path, { oidc: { clientId: 7, clientSecret } });
  await callApi('PATCH', `${path}?override=test`, {
    oidc: { clientSecret: secrets.keep('secret of a later revision', random()) },
  });
  await callApi('PATCH', path, { oidc: { clientSecret: secrets.keep('staged secret', random()) } });
  await callApi('POST', '/api/v1/identity-providers', {
    kind: 'oidc',
    oidc: { clientSecret, clientId: 'x' },
    secret: clientSecret,
  });
  await callApi('POST', '/api/v1/identity-providers/import', { document: {}, passphrase: PASSPHRASE });
  await callApi('POST', '/api/v1/users', {}, secrets.keep('token of nobody', random()));
  const wrong = { ...acme.application, secret: secrets.keep('wrong secret of an application', random()) };
  const refused = await tokensFor(acme, wrong, {
    grant_type: 'refresh_token',
    refresh_token: secrets.keep('no refresh token', random()),
  });
  answers.push({ address: '/oauth/token', status: refused.status, text: JSON.stringify(refused.json) });
}

/** The link of a first administrator, and the password that is set behind it. */
async function setUp(): Promise<void> {
  const { json } = await acme.api.call<{ url: string }>('POST', '/api/v1/setup-links', {});
  secrets.keep('token of a set-up link', json.url.split('/').at(-1) ?? '');
  const password = secrets.keep('password', PASSWORD);
  const form = { email: 'root@acme.example', name: 'Root', password, repeated: password };
  const agent = new Agent();
  const entered = await agent.post(json.url, form, { origin: new URL(acme.url).origin });
  assert.equal(entered.status, 303, entered.body);
  keepCookies(agent);
  const other = await acme.api.call<{ url: string }>('POST', '/api/v1/setup-links', {});
  secrets.keep('token of an open set-up link', other.json.url.split('/').at(-1) ?? '');
}

/** Everything that makes secrets, and everything that might tell one, good and bad. */
export async function liveThroughIt(): Promise<{ scene: Scene; acme: TestTenant }> {
  scene = await openScene({ log: (line) => void log.push(line) });
  acme = await scene.addTenant('acme');
  secrets.keep('operator token', scene.gateway.operatorToken);
  secrets.keep('secret of the application', acme.application.secret ?? '');
  await connect();
  await signInWell();
  await signInBadly();
  await verify();
  keepRequests();
  await callBadly();
  await setUp();
  return { scene, acme };
}
