import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApplicationId, UserId } from '#kernel/ids.ts';
import type { Session } from '#sessions/index.ts';
import type { Application } from './application.ts';
import { decideAuthorization, queryForProvider, returnToOf } from './decide-authorization.ts';

const now = new Date('2026-11-22T10:00:00Z');

const crm: Application = {
  id: 'app_crm' as ApplicationId,
  name: 'CRM',
  kind: 'confidential',
  redirectUris: ['https://crm.example/callback'],
  postLogoutRedirectUris: [],
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  jwks: null,
  firstParty: true,
  scopes: ['openid', 'profile', 'offline_access'],
  initiateLoginUri: null,
  launchUrls: [],
  enabled: true,
  createdAt: now,
  updatedAt: now,
};

const session: Session = {
  uid: 'ses_1',
  userId: 'usr_alice' as UserId,
  connectionId: null,
  authenticatedAt: new Date(now.getTime() - 100_000),
  amr: [],
  acr: 'urn:weak',
  askedAcr: ['urn:asked'],
  expiresAt: new Date(now.getTime() + 1),
  endsAt: new Date(now.getTime() + 1),
  applications: [],
};

const plain = {
  client_id: 'app_crm',
  response_type: 'code',
  redirect_uri: 'https://crm.example/callback',
  scope: 'openid profile',
  state: 'a b&c',
  code_challenge: 'c'.repeat(43),
  code_challenge_method: 'S256',
};

const decide = (given: Record<string, string>, signedIn?: Session) =>
  decideAuthorization({ parameters: { ...plain, ...given }, application: crm, session: signedIn, now });

describe('A plain request of a known application', () => {
  const cases: [string, Record<string, string>, Session | undefined, 'enter' | 'start' | 'issue'][] = [
    ['without a session starts a sign-in', {}, undefined, 'start'],
    ['with a session gets its code at once', {}, session, 'issue'],
    ['with a parameter that says more is answered by the Provider', { ui_locales: 'de' }, session, 'enter'],
    ['for refresh tokens gets its code at once', { scope: 'openid offline_access' }, session, 'issue'],
    ['for a scope that nobody knows is answered by the Provider', { scope: 'openid address' }, session, 'enter'],
    ['with prompt=login starts one nevertheless', { prompt: 'login' }, session, 'start'],
    ['with prompt=select_account does too', { prompt: 'select_account' }, session, 'start'],
    ['with prompt=consent is no other', { prompt: 'consent' }, undefined, 'start'],
    ['with prompt=consent and a session is answered by the Provider', { prompt: 'consent' }, session, 'enter'],
    ['with prompt=none never does', { prompt: 'none' }, undefined, 'enter'],
    ['with max_age=0 starts one', { max_age: '0' }, session, 'start'],
    ['with a max_age that has passed starts one', { max_age: '99' }, session, 'start'],
    ['with a max_age that has not is answered', { max_age: '100' }, session, 'enter'],
    ['for the context that there is is answered', { acr_values: 'urn:strong urn:weak' }, session, 'enter'],
    ['for a better context starts one', { acr_values: 'urn:strong' }, session, 'start'],
    ['for a context that was asked for before is answered', { acr_values: 'urn:asked' }, session, 'enter'],
    [
      'for one context that was asked for before and one that was not starts one',
      { acr_values: 'urn:asked urn:strong' },
      session,
      'start',
    ],
    ['with an answer by form is no other', { response_mode: 'form_post' }, undefined, 'start'],
    ['with a scope that nobody knows is no other', { scope: 'openid address' }, undefined, 'start'],
  ];
  for (const [title, given, signedIn, expected] of cases) {
    it(title, () => assert.equal(decide(given, signedIn).kind, expected));
  }
});

describe('What the person is asked for', () => {
  const wishOf = (given: Record<string, string>) => {
    const decision = decide(given, session);
    assert.ok(decision.kind === 'start');
    return [decision.wish.forceAuthn, decision.wish.maxAgeSeconds];
  };
  it('is a new authentication with prompt=login and with max_age=0', () => {
    assert.deepEqual(
      [wishOf({ prompt: 'login' }), wishOf({ max_age: '0' })],
      [
        [true, undefined],
        [true, undefined],
      ],
    );
  });
  it('is one that is young enough with any other max_age', () => assert.deepEqual(wishOf({ max_age: '99' }), [false, 99]));
});

describe('A code without the Provider', () => {
  const kindFor = (change: Partial<Application>) =>
    decideAuthorization({ parameters: plain, application: { ...crm, ...change }, session, now }).kind;
  it('is for applications of the house that redeem codes', () => {
    assert.deepEqual(
      [kindFor({}), kindFor({ firstParty: false }), kindFor({ grantTypes: ['refresh_token'] })],
      ['issue', 'enter', 'enter'],
    );
  });
});

describe('A request with something odd in it is left to the Provider, and nobody signs in for it', () => {
  const odd: Record<string, string>[] = [
    { redirect_uri: 'https://crm.example/callback/' },
    { redirect_uri: '' },
    { response_type: 'token' },
    { response_mode: 'fragment' },
    { code_challenge: 'c'.repeat(42) },
    { code_challenge: 'c'.repeat(44) },
    { code_challenge: `.${'c'.repeat(43)}` },
    { code_challenge_method: 'plain' },
    { code_challenge_method: '' },
    { scope: 'profile' },
    { scope: 'openid sallyport_api' },
    { request: 'e30.e30.' },
    { request_uri: 'https://crm.example/r' },
    { id_token_hint: 'x' },
    { prompt: 'create' },
    { max_age: '-1' },
    { max_age: '1e3' },
  ];
  for (const given of odd) it(JSON.stringify(given), () => assert.equal(decide(given).kind, 'enter'));

  it('as is one with a repeated parameter, or of an application that is not known', () => {
    assert.equal(decideAuthorization({ parameters: undefined, application: crm, session: undefined, now }).kind, 'enter');
    assert.equal(decideAuthorization({ parameters: plain, application: undefined, session: undefined, now }).kind, 'enter');
  });
});

describe('The request to come back to', () => {
  it('has all that was asked but what the sign-in has done', () => {
    const returnTo = returnToOf({
      ...plain,
      prompt: 'login select_account consent',
      max_age: '5',
      idp: 'entra',
      login_hint: 'a',
      domain_hint: 'b',
      nonce: '',
    });
    assert.ok(returnTo.startsWith('/oauth/authorize?'));
    assert.deepEqual(Object.fromEntries(new URLSearchParams(returnTo.split('?')[1])), { ...plain, prompt: 'consent' });
  });

  it('asks for nothing when all that was asked is done', () =>
    assert.equal(new URLSearchParams(returnToOf({ ...plain, prompt: 'login' }).split('?')[1]).has('prompt'), false));

  it('does not ask for a sign-in again, once there is a session', () => {
    const decision = decide({ prompt: 'login', max_age: '1', acr_values: 'urn:strong' }, session);
    assert.equal(decision.kind, 'start');
    const parameters =
      decision.kind === 'start' ? Object.fromEntries(new URLSearchParams(decision.wish.returnTo.split('?')[1])) : {};
    const after = { ...session, authenticatedAt: new Date(0), askedAcr: ['urn:strong'] };
    assert.equal(decideAuthorization({ parameters, application: crm, session: after, now }).kind, 'enter');
  });
});

describe('offline_access', () => {
  const parameters = { ...plain, scope: 'openid offline_access' };
  const query = new URLSearchParams(parameters).toString();
  const promptOf = (given: Record<string, string>, application = crm) =>
    new URLSearchParams(
      queryForProvider(new URLSearchParams({ ...parameters, ...given }).toString(), { ...parameters, ...given }, application),
    ).get('prompt');

  it('is allowed by the registration of a first-party application', () => assert.equal(promptOf({}), 'consent'));
  it("needs the person's consent for others", () => assert.equal(promptOf({}, { ...crm, firstParty: false }), null));
  it('changes nothing of a silent request, or of one that does not ask for it', () => {
    assert.equal(promptOf({ prompt: 'none' }), 'none');
    assert.equal(promptOf({ prompt: 'consent' }), 'consent');
    assert.equal(promptOf({ request: 'e30.e30.' }), null);
    assert.equal(queryForProvider(query, { ...parameters, scope: 'openid' }, crm), query);
  });
});
