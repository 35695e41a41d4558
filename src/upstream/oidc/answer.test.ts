import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { CLIENT, type Driver, makeKey, RETURN_URL, startDriver } from '#test/oidc/index.ts';

let driver: Driver;
before(async () => {
  driver = await startDriver();
});
after(() => driver.close());

type Fields = Record<string, string>;
const without =
  (name: string) =>
  ({ [name]: _gone, ...rest }: Fields): Fields =>
    rest;
/** As many fields as that, all told. */
const padded = (fields: Fields, count: number): Fields => ({
  ...Object.fromEntries(Array.from({ length: count - Object.keys(fields).length }, (_, at) => [`f${at}`, 'x'])),
  ...fields,
});
const add =
  (more: Fields) =>
  (fields: Fields): Fields => ({ ...fields, ...more });

describe('OpenID Connect Core §3.1: one sign-in', () => {
  it('asks with code flow, PKCE S256, state, nonce, hints and the own redirect URI', async () => {
    const { url, identity, trace } = await driver.signIn({
      settings: { endSessionEndpoint: `${driver.idp.issuer}/end-session` },
      wish: { handle: 'h'.repeat(43), loginHint: 'alice@acme.example', domainHint: 'acme.example' },
    });
    const query = url.searchParams;
    assert.equal(url.origin + url.pathname, `${driver.idp.issuer}/authorize`);
    assert.deepEqual(
      Object.fromEntries(
        ['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge_method', 'login_hint'].map((name) => [
          name,
          query.get(name),
        ]),
      ),
      {
        response_type: 'code',
        client_id: 'gateway',
        redirect_uri: RETURN_URL,
        scope: 'openid profile email offline_access',
        state: 'h'.repeat(43),
        code_challenge_method: 'S256',
        login_hint: 'alice@acme.example',
      },
    );
    assert.match(query.get('nonce') ?? '', /^[\w-]{43}$/);
    assert.match(query.get('code_challenge') ?? '', /^[\w-]{43}$/);
    for (const absent of ['prompt', 'max_age', 'acr_values', 'claims', 'domain_hint']) assert.equal(query.get(absent), null);
    assert.equal(identity.issuer, driver.idp.issuer);
    assert.equal(identity.subject, 'alice-0001');
    assert.equal(identity.emailVerification, 'verified');
    assert.equal(identity.claims.given_name, 'Alice');
    assert.deepEqual(identity.claims.groups, ['Engineering', 'Everyone']);
    assert.ok(identity.session.refreshToken);
    assert.equal(identity.session.idToken?.split('.').length, 3);
    assert.ok(trace.lines.every((line) => line.verdict !== 'refused'));
  });

  it('keeps the ID token only for a logout there: where the provider has a place for it, and not a huge one', async () => {
    assert.equal((await driver.signIn()).identity.session.idToken, undefined);
    driver.idp.nextToken({ claims: { padding: 'x'.repeat(16_384) } });
    const settings = { endSessionEndpoint: `${driver.idp.issuer}/end-session` };
    assert.equal((await driver.signIn({ settings })).identity.session.idToken, undefined);
  });

  it('spends the code and the ID token, until the token could be used no more', async () => {
    const { identity } = await driver.signIn();
    assert.deepEqual(
      identity.spend.map(({ id }) => id.split(':')[0]),
      ['code', 'id-token'],
    );
    assert.ok(
      identity.spend.every(({ id, until }) => /^[a-z-]+:[\w-]{43}$/.test(id) && until.getTime() === driver.clock.time + 420_000),
    );
    const again = await driver.signIn();
    assert.notDeepEqual(
      again.identity.spend.map(({ id }) => id),
      identity.spend.map(({ id }) => id),
    );
  });

  it('finds the handle in an answer, and none in a huge one', () => {
    assert.equal(driver.protocol.findHandle({ via: 'query', fields: { state: 'abc' } }), 'abc');
    assert.equal(driver.protocol.findHandle({ via: 'query', fields: {} }), undefined);
    assert.equal(driver.protocol.findHandle({ via: 'query', fields: { state: 's'.repeat(100_000) } }), undefined);
  });

  it('leaves no secret in the trace', async () => {
    let state = '';
    let code = '';
    const { trace, identity } = await driver.signIn({
      settings: { endSessionEndpoint: `${driver.idp.issuer}/end-session` },
      fields: (fields) => {
        ({ state = '', code = '' } = fields);
        return fields;
      },
    });
    const text = JSON.stringify(trace.lines);
    for (const secret of [state, code, CLIENT.secret ?? '', identity.session.idToken ?? '', identity.session.refreshToken ?? ''])
      assert.ok(secret !== '' && !text.includes(secret));
  });
});

describe('OpenID Connect Core §9: client authentication', () => {
  const key = makeKey('gw-1', 'RS256');
  const pem = String(key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const keys = { clientAssertion: [{ kid: 'gw-1', privateKeyPem: pem }] };
  beforeEach(() => {
    driver.idp.clients.set('gateway', CLIENT);
  });
  after(() => {
    driver.idp.clients.set('gateway', CLIENT);
  });

  it('client_secret_basic, with signs that must be encoded', async () => {
    driver.idp.clients.set('a:b c', { ...CLIENT, clientId: 'a:b c', secret: 'p%+ ä:&-_.*~' });
    await driver.signIn({ settings: { clientId: 'a:b c', clientSecret: 'p%+ ä:&-_.*~' } });
  });
  it('leaves ids with a hyphen as they are: Glewlwyd does not decode', async () => {
    driver.idp.clients.set('my-client_1.x', { ...CLIENT, clientId: 'my-client_1.x' });
    await driver.signIn({ settings: { clientId: 'my-client_1.x' } });
    const header = driver.idp.requests.findLast((request) => request.endpoint === 'token')?.headers.authorization ?? '';
    assert.equal(Buffer.from(header.slice(6), 'base64').toString(), 'my-client_1.x:a-secret');
  });
  it('client_secret_post', async () => {
    driver.idp.clients.set('gateway', { ...CLIENT, authentication: 'client_secret_post' });
    await driver.signIn({ settings: { clientAuthentication: 'client_secret_post' } });
  });
  it('none: the verifier alone', async () => {
    driver.idp.clients.set('gateway', { ...CLIENT, authentication: 'none' });
    await driver.signIn({ settings: { clientAuthentication: 'none', clientSecret: null } });
  });
  for (const alg of ['RS256', 'ES256', 'ES384', 'EdDSA'] as const) {
    it(`private_key_jwt with a key for ${alg}`, async () => {
      const own = makeKey('gw-2', alg);
      driver.idp.clients.set('gateway', { ...CLIENT, authentication: 'private_key_jwt', keys: [own.jwk] });
      const clientAssertion = [{ kid: 'gw-2', privateKeyPem: String(own.privateKey.export({ type: 'pkcs8', format: 'pem' })) }];
      await driver.signIn({
        settings: { clientAuthentication: 'private_key_jwt', clientSecret: null, keys: { clientAssertion } },
      });
    });
  }
  it('private_key_jwt: one audience, the issuer unless the token endpoint is wanted; a minute long; used once', async () => {
    driver.idp.clients.set('gateway', { ...CLIENT, authentication: 'private_key_jwt', keys: [key.jwk] });
    const assertions: string[] = [];
    for (const clientAssertionAudience of [undefined, 'token_endpoint']) {
      await driver.signIn({
        settings: { clientAuthentication: 'private_key_jwt', clientSecret: null, keys, clientAssertionAudience },
      });
      assertions.push(
        driver.idp.requests.findLast((request) => request.endpoint === 'token')?.fields.get('client_assertion') ?? '',
      );
    }
    const [first, second] = assertions.map((assertion) =>
      JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()),
    );
    assert.equal(first.aud, driver.idp.issuer);
    assert.equal(second.aud, `${driver.idp.issuer}/token`);
    assert.equal(first.exp - first.iat, 60);
    assert.equal(first.iat, Math.floor(driver.clock.time / 1000));
    assert.notEqual(first.jti, second.jti);
  });
  it('private_key_jwt without a key does not send anybody away', async () => {
    await driver.refused('oidc.client_key_missing', {
      settings: { clientAuthentication: 'private_key_jwt', clientSecret: null },
    });
  });
  it('a wrong secret is told by its own code', async () => {
    await driver.refused('oidc.client_refused', { settings: { clientSecret: 'wrong' } });
  });
  it('an expired secret is noted', async () => {
    const { trace } = await driver.signIn({ settings: { clientSecretExpiresAt: '2031-01-01T00:00:00Z' } });
    assert.ok(trace.lines.some((line) => line.step === 'oidc.client_secret_expired'));
  });
});

describe('T101: the iss parameter (RFC 9207)', () => {
  const supported = { authorizationResponseIssParameterSupported: true };
  const silent = { authorizationResponseIssParameterSupported: false };
  for (const iss of ['https://evil.example', '', 'issuer/']) {
    it(`refuses ${JSON.stringify(iss)}, whatever the provider promises`, async () => {
      await driver.refused('oidc.answer_issuer_mismatch', { settings: supported, fields: add({ iss }) });
      await driver.refused('oidc.answer_issuer_mismatch', { settings: silent, fields: add({ iss }) });
    });
  }
  it('refuses its absence where the provider promises it, and only there', async () => {
    await driver.refused('oidc.answer_issuer_missing', { settings: supported, fields: without('iss') });
    await driver.signIn({ settings: silent, fields: without('iss') });
  });
  it('judges it before an error is believed', async () => {
    await driver.refused('oidc.answer_issuer_mismatch', {
      fields: ({ state = '' }) => ({ state, error: 'access_denied', iss: 'https://evil.example' }),
    });
  });
});

describe('T100: mix-up', () => {
  it('sends no code to a token endpoint when the answer is that of another provider', async (test) => {
    const other = await startDriver();
    test.after(() => other.close());
    const tokens = driver.idp.count('token');
    const { code = '', iss = '' } = await other.idp.authorize((await other.signIn()).url);
    await driver.refused('oidc.answer_issuer_mismatch', { fields: add({ code, iss }) });
    assert.equal(driver.idp.count('token'), tokens);
  });
});

describe('T103: the state is that of this attempt', () => {
  for (const [what, fields] of [
    ['missing', without('state')],
    ['empty', add({ state: '' })],
    ['another', add({ state: 's'.repeat(43) })],
  ] as const) {
    it(`refuses state ${what}`, async () => {
      await driver.refused('oidc.state_mismatch', { fields });
    });
  }
  it('refuses an answer of 100 kB, of too many fields, and by another way', async () => {
    await driver.refused('oidc.answer_malformed', { fields: add({ state: 's'.repeat(8193) }) });
    await driver.refused('oidc.answer_malformed', {
      fields: (given) => padded(given, 21),
    });
    await driver.refused('oidc.answer_channel_refused', { via: 'form' });
  });
});

describe('T105: code injection', () => {
  const fieldsOf = async (): Promise<Fields> => driver.idp.authorize((await driver.signIn()).url);
  it("refuses the attacker's code under the victim's state, by PKCE", async () => {
    const { code = '' } = await fieldsOf();
    await driver.refused('oidc.code_refused', { fields: add({ code }) });
  });
  it("refuses the attacker's code by the nonce where the provider does not check PKCE", async () => {
    const verifiers: string[] = [];
    const { code = '' } = await driver
      .signIn({
        remembered: (kept) => {
          verifiers.push(String(kept.verifier));
          return kept;
        },
      })
      .then(({ url }) => driver.idp.authorize(url));
    await driver.refused('oidc.nonce_mismatch', {
      fields: add({ code }),
      remembered: (kept) => ({ ...kept, verifier: verifiers[0] }),
    });
  });
  it('refuses a code twice', async () => {
    let used = '';
    await driver.signIn({
      fields: (fields) => {
        used = fields.code ?? '';
        return fields;
      },
    });
    await driver.refused('oidc.code_refused', { fields: add({ code: used }) });
  });
  it('refuses a code and an error together, and tokens that nobody asked for', async () => {
    await driver.refused('oidc.answer_contradictory', { fields: add({ error: 'server_error' }) });
    for (const name of ['id_token', 'access_token', 'token', 'response'])
      await driver.refused('oidc.answer_contradictory', { fields: add({ [name]: 'x' }) });
  });
  it('refuses an answer with neither', async () => {
    await driver.refused('oidc.answer_malformed', { fields: without('code') });
  });
  it('refuses an empty code', async () => {
    await driver.refused('oidc.answer_malformed', { fields: add({ code: '' }) });
  });
});

describe('RFC 6749 §4.1.2.1: the provider refuses', () => {
  const error =
    (more: Fields) =>
    ({ state = '', iss = '' }: Fields): Fields => ({ state, iss, ...more });
  it('cancelled and not permitted have a code of their own', async () => {
    await driver.refused('oidc.access_denied', { fields: error({ error: 'access_denied' }) });
  });
  it('tells the code of the provider, and that of Entra', async () => {
    const problem = await driver.refused('oidc.provider_refused', {
      fields: error({
        error: 'invalid_request',
        error_description: 'AADSTS50105: The signed in user is not assigned to a role\r\nTrace ID: 1',
      }),
    });
    assert.equal(problem.facts.error, 'invalid_request');
    assert.equal(problem.facts.aadsts, 'AADSTS50105');
  });
  it('keeps the words of the provider short and plain', async () => {
    const problem = await driver.refused('oidc.provider_refused', {
      fields: error({
        error: `x\u202e\n${'y'.repeat(500)}`,
        error_description: `<script>alert(1)</script>\u0000\r\nSet-Cookie: a${'z'.repeat(5000)}`,
      }),
    });
    assert.match(String(problem.facts.error), /^[\x20-\x7e]{1,100}$/);
    assert.match(String(problem.facts.description), /^[\x20-\x7e]{1,300}$/);
    assert.equal(problem.facts.aadsts, null);
  });
});
