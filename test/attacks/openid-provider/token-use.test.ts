import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TestApplication, TestTenant } from '../../kit/scene.ts';
import {
  CRM_URI,
  grant,
  INVALID_GRANT,
  openStage,
  type Person,
  post,
  refresh,
  refusalOf,
  type Stage,
  type Tokens,
  tokensOf,
  userinfoStatus,
} from './stage.ts';

let stage: Stage;
let person: Person;
let tokens: Tokens;
let globex: TestTenant;
/** An application of the other tenant. */
let theirs: TestApplication;

before(async () => {
  stage = await openStage();
  person = await stage.person();
  tokens = await tokensOf(stage.n1, stage.crm, person);
  globex = await stage.scene.addTenant('globex');
  theirs = { ...(await globex.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
});
after(() => stage.close());

const introspect = (node: { url: string }, token: string, application?: TestApplication) =>
  post(node, '/oauth/introspect', { token }, application);
const revoke = (node: { url: string }, token: string, application?: TestApplication) =>
  post(node, '/oauth/revoke', { token }, application);

describe('a token is worth something as it was given out, at its issuer (T118)', () => {
  it('the valid control: on both nodes', async () => {
    for (const node of [stage.n1, stage.n2]) {
      assert.equal(await userinfoStatus(node, tokens.access_token), 200);
      const { json } = await introspect(node, tokens.access_token, stage.crm);
      assert.deepEqual([json.active, json.sub, json.iss, json.client_id], [true, person.userId, stage.acme.url, stage.crm.id]);
    }
  });
  const swapped = (token: string): string =>
    token.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
  const changes: Record<string, (token: string) => string> = {
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`short of ${at + 1} at its end`, (token: string) => token.slice(0, -(at + 1))]),
    ),
    'short of one in front': (token) => token.slice(1),
    'with one more': (token) => `${token}A`,
    'in the other case': swapped,
    'in capitals': (token) => token.toUpperCase(),
    'with NUL': (token) => `${token}\0`,
    'with a line end': (token) => `${token}\n`,
    'with a space': (token) => `${token} `,
    'with padding': (token) => `${token}=`,
    'twice in a row': (token) => `${token}${token}`,
    empty: () => '',
    'of 10 kB': () => 'A'.repeat(10_000),
    'with wildcards': (token) => `${token.slice(0, -2)}%_`,
    'with an injection': (token) => `${token}' OR '1'='1`,
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`${name}: not active, and 401`, async () => {
      const changed = change(tokens.access_token);
      assert.notEqual(changed, tokens.access_token);
      const { status, json } = await introspect(stage.n1, changed, stage.crm);
      // Without a token there is nothing to say about one.
      if (changed === '') assert.deepEqual([status, json.error], [400, 'invalid_request']);
      else assert.deepEqual([status, json], [200, { active: false }]);
      assert.deepEqual(refusalOf(await refresh(stage.n1, stage.crm, change(tokens.refresh_token)))[0], 400);
      // A header holds none of these, and no space at its end.
      if (!/[\0\n ]/.test(changed)) assert.ok([400, 401].includes(await userinfoStatus(stage.n1, changed)));
    });
  }
  it('at another tenant’s issuer: not active, and 401', async () => {
    const there = { url: globex.url };
    assert.equal(await userinfoStatus(there, tokens.access_token), 401);
    assert.deepEqual((await introspect(there, tokens.access_token, theirs)).json, { active: false });
    assert.deepEqual((await introspect(there, tokens.refresh_token, theirs)).json, { active: false });
    assert.deepEqual(refusalOf(await refresh(there, theirs, tokens.refresh_token)), INVALID_GRANT);
  });
  it('of another kind: an ID token, a refresh token and a code are no access token', async () => {
    const { code } = await grant(stage.n1, stage.crm, person);
    for (const other of [tokens.id_token, tokens.refresh_token, code]) assert.equal(await userinfoStatus(stage.n1, other), 401);
    assert.deepEqual((await introspect(stage.n1, code, stage.crm)).json, { active: false });
    assert.equal((await introspect(stage.n1, tokens.id_token, stage.crm)).json.error, 'unsupported_token_type');
  });
  it('in the address or in two places at once: refused', async () => {
    const userinfo = `${stage.n1.url}/oauth/userinfo`;
    assert.ok((await fetch(`${userinfo}?access_token=${tokens.access_token}`)).status >= 400);
    const twice = await fetch(userinfo, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.access_token}` },
      body: new URLSearchParams({ access_token: tokens.access_token }),
    });
    assert.equal(twice.status, 400);
  });
  it('an access token for an application does not open the tenant’s API', async () => {
    const answer = await fetch(`${stage.n1.url}/api/v1/users`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.ok([401, 403].includes(answer.status), String(answer.status));
  });
  it('nothing of this has harmed it', async () => {
    assert.equal(await userinfoStatus(stage.n1, tokens.access_token), 200);
  });
});

describe('only the application that a token was given to is told about it, or ends it (T119, RFC 7662 §4, RFC 7009 §2.1)', () => {
  let wiki: TestApplication;
  before(async () => {
    wiki = { ...(await stage.acme.addApplication({ name: 'Wiki', redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
  });
  const kinds = ['access_token', 'refresh_token'] as const;
  for (const kind of kinds) {
    it(`the valid control: its own application is told of its ${kind}`, async () => {
      assert.equal((await introspect(stage.n1, tokens[kind], stage.crm)).json.active, true);
    });
    it(`another application about the ${kind}: not active`, async () => {
      for (const node of [stage.n1, stage.n2])
        assert.deepEqual((await introspect(node, tokens[kind], wiki)).json, { active: false });
    });
    it(`a public application about the ${kind}: not active`, async () => {
      assert.deepEqual((await introspect(stage.n1, tokens[kind], stage.phone)).json, { active: false });
    });
    it(`nobody about the ${kind}: refused`, async () => {
      const { status, json } = await introspect(stage.n1, tokens[kind]);
      assert.deepEqual([status, json.error, json.active], [400, 'invalid_request', undefined]);
    });
    it(`its application with another secret about the ${kind}: invalid_client`, async () => {
      const { status, json } = await introspect(stage.n1, tokens[kind], { ...stage.crm, secret: 'guessed' });
      assert.deepEqual([status, json.error], [401, 'invalid_client']);
    });
  }
  it('a public application is not even told of its own, as anybody can call themselves by its name', async () => {
    const own = await tokensOf(stage.n1, stage.phone, person);
    assert.deepEqual((await introspect(stage.n1, own.access_token, stage.phone)).json, { active: false });
  });
  it('another application, a public one and nobody end nothing', async () => {
    for (const kind of kinds) {
      for (const application of [wiki, stage.phone]) await revoke(stage.n2, tokens[kind], application);
      assert.equal((await revoke(stage.n1, tokens[kind])).status, 400);
      assert.equal((await revoke(stage.n1, tokens[kind], { ...stage.crm, secret: 'guessed' })).status, 401);
    }
    await revoke({ url: globex.url }, tokens.access_token, theirs);
    assert.equal(await userinfoStatus(stage.n1, tokens.access_token), 200);
    assert.equal((await introspect(stage.n1, tokens.refresh_token, stage.crm)).json.active, true);
  });
  it('its own application ends it, on every node', async () => {
    const own = await tokensOf(stage.n1, stage.crm, await stage.person());
    assert.equal((await revoke(stage.n1, own.access_token, stage.crm)).status, 200);
    for (const node of [stage.n1, stage.n2]) {
      assert.equal(await userinfoStatus(node, own.access_token), 401);
      assert.deepEqual((await introspect(node, own.access_token, stage.crm)).json, { active: false });
    }
  });
  it('a person who was disabled is told of to nobody', async () => {
    const other = await stage.person();
    const own = await tokensOf(stage.n1, stage.crm, other);
    await stage.acme.api.call('POST', `/api/v1/users/${other.userId}/disable`);
    for (const node of [stage.n1, stage.n2]) {
      assert.equal(await userinfoStatus(node, own.access_token), 401);
      for (const kind of kinds) assert.deepEqual((await introspect(node, own[kind], stage.crm)).json, { active: false });
    }
  });
});
