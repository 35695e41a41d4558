import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { claimsOf, goToProvider, tokensFor } from '../../kit/scene.ts';
import {
  assertDead,
  CRM_URI,
  endedGrants,
  exchange,
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

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

async function renewed(tokens: Tokens): Promise<Tokens> {
  const { status, json } = await refresh(stage.n1, stage.crm, tokens.refresh_token);
  assert.equal(status, 200, `the valid control is renewed: ${JSON.stringify(json)}`);
  return json;
}

describe('a refresh token is good once, and its second use ends its family (T116, RFC 9700 §4.14.2)', () => {
  it('the valid control: three renewals, over both nodes', async () => {
    const person = await stage.person();
    let tokens = await tokensOf(stage.n1, stage.crm, person);
    for (const node of [stage.n1, stage.n2, stage.n1]) {
      const { status, json } = await refresh(node, stage.crm, tokens.refresh_token);
      assert.equal(status, 200, JSON.stringify(json));
      assert.notEqual(json.refresh_token, tokens.refresh_token);
      assert.equal(claimsOf(json.id_token)['sub'], person.userId);
      tokens = json;
    }
    assert.deepEqual(await endedGrants(stage, person), []);
  });
  for (const [name, node] of Object.entries({ 'on the same node': () => stage.n1, 'on the other node': () => stage.n2 })) {
    it(`a second use ${name}: invalid_grant, and what the first gave is ended`, async () => {
      const person = await stage.person();
      const first = await tokensOf(stage.n1, stage.crm, person);
      const second = await renewed(first);
      assert.deepEqual(refusalOf(await refresh(node(), stage.crm, first.refresh_token)), INVALID_GRANT);
      await assertDead(stage, stage.crm, second);
      await assertDead(stage, stage.crm, first);
      assert.deepEqual(await endedGrants(stage, person), ['openid_provider.refresh_token_reused']);
    });
  }
  it('the first of four, after three renewals: the whole family is ended', async () => {
    const first = await tokensOf(stage.n1, stage.crm, await stage.person());
    const last = await renewed(await renewed(await renewed(first)));
    assert.deepEqual(refusalOf(await refresh(stage.n1, stage.crm, first.refresh_token)), INVALID_GRANT);
    await assertDead(stage, stage.crm, last);
  });
  it('a public application’s: the same', async () => {
    const { json: first } = await exchange(stage.n1, stage.phone, await grant(stage.n1, stage.phone, await stage.person()));
    const { json: second } = await refresh(stage.n1, stage.phone, first.refresh_token);
    assert.deepEqual(refusalOf(await refresh(stage.n2, stage.phone, first.refresh_token)), INVALID_GRANT);
    await assertDead(stage, stage.phone, second);
  });
  it('fifty uses at once on two nodes: one is renewed at most, and that is ended', async () => {
    const person = await stage.person();
    const { refresh_token: token, access_token: access } = await tokensOf(stage.n1, stage.crm, person);
    const uses = Array.from({ length: 50 }, (_, turn) => refresh(turn % 2 === 0 ? stage.n1 : stage.n2, stage.crm, token));
    const answers = await Promise.all(uses);
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} were renewed`);
    for (const answer of answers) if (answer.status !== 200) assert.deepEqual(refusalOf(answer), INVALID_GRANT);
    for (const { json } of won) await assertDead(stage, stage.crm, json);
    assert.equal(await userinfoStatus(stage.n1, access), 401);
    const codes = await endedGrants(stage, person);
    assert.ok(codes.length >= 1 && codes.every((code) => code === 'openid_provider.refresh_token_reused'), JSON.stringify(codes));
  });
});

describe('a refresh token is its application’s, at its issuer (T116)', () => {
  it('another application: invalid_grant, and its owner is not harmed', async () => {
    const person = await stage.person();
    const tokens = await tokensOf(stage.n1, stage.crm, person);
    const wiki = { ...(await stage.acme.addApplication({ name: 'Wiki', redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    for (const thief of [wiki, stage.phone]) {
      for (const node of [stage.n1, stage.n2])
        assert.deepEqual(refusalOf(await refresh(node, thief, tokens.refresh_token)), INVALID_GRANT);
    }
    assert.deepEqual(await endedGrants(stage, person), []);
    await renewed(tokens);
  });
  it('its application without its secret: invalid_client', async () => {
    const tokens = await tokensOf(stage.n1, stage.crm, await stage.person());
    for (const secret of ['guessed', null]) {
      assert.deepEqual(refusalOf(await refresh(stage.n1, { ...stage.crm, secret }, tokens.refresh_token)), [
        401,
        'invalid_client',
      ]);
    }
    assert.deepEqual(refusalOf(await refresh(stage.n1, { ...stage.crm, secret: '' }, tokens.refresh_token)), [
      400,
      'invalid_request',
    ]);
    await renewed(tokens);
  });
  it('another tenant: invalid_grant', async () => {
    const globex = await stage.scene.addTenant('globex');
    const theirs = { ...(await globex.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    const tokens = await tokensOf(stage.n1, stage.crm, await stage.person());
    assert.deepEqual(refusalOf(await refresh({ url: globex.url }, theirs, tokens.refresh_token)), INVALID_GRANT);
    await renewed(tokens);
  });
  it('an access token, a code and an ID token in its place: invalid_grant', async () => {
    const person = await stage.person();
    const tokens = await tokensOf(stage.n1, stage.crm, person);
    const { code } = await grant(stage.n1, stage.crm, person);
    for (const other of [tokens.access_token, code, tokens.id_token])
      assert.deepEqual(refusalOf(await refresh(stage.n1, stage.crm, other)), INVALID_GRANT);
  });
  it('a wider scope than was given: invalid_scope', async () => {
    const { json } = await exchange(
      stage.n1,
      stage.crm,
      await grant(stage.n1, stage.crm, await stage.person(), { scope: 'openid offline_access' }),
    );
    const wider = await tokensFor(stage.n1, stage.crm, {
      grant_type: 'refresh_token',
      refresh_token: json.refresh_token,
      scope: 'openid offline_access sallyport_api',
    });
    assert.deepEqual(refusalOf(wider), [400, 'invalid_scope']);
  });
});

describe('a refresh token ends with what it rests on, on every node (T116)', () => {
  const ends: Record<string, (person: Person, tokens: Tokens) => Promise<() => Promise<void>>> = {
    'the person signs out here': async ({ agent }) => {
      assert.equal((await agent.post(`${stage.n1.url}/sign-out`, { answer: 'yes' })).status, 303);
      return async () => {};
    },
    'the application signs the person out': async ({ agent }, tokens) => {
      const visit = await agent.get(
        `${stage.n1.url}/oauth/end-session?${new URLSearchParams({ id_token_hint: tokens.id_token })}`,
      );
      assert.equal(visit.status, 303);
      return async () => {};
    },
    'the person is disabled, and enabled again': async ({ userId }) => {
      assert.equal((await stage.acme.api.call('POST', `/api/v1/users/${userId}/disable`)).status, 200);
      return async () => void (await stage.acme.api.call('POST', `/api/v1/users/${userId}/enable`));
    },
    'the tenant is suspended, and resumed': async () => {
      const set = (status: string) => stage.scene.operator.call('PATCH', '/api/v1/tenants/acme', { status });
      assert.equal((await set('suspended')).status, 200);
      return async () => void (await set('active'));
    },
    'the provider is switched off, and on again': async () => {
      await stage.oidc.change({ enabled: false });
      return () => stage.oidc.change({ enabled: true });
    },
    'somebody else signs in in the same browser': async ({ agent }) => {
      stage.idp.person = { ...stage.idp.person, sub: 'somebody-else', email: 'somebody-else@acme.example' };
      const { sent } = await goToProvider(agent, stage.acme, stage.oidc, { prompt: 'login' });
      const fields = await stage.idp.authorize(sent.location ?? '');
      const arrived = await agent.get(`${stage.oidc.callbackUrl}?${new URLSearchParams(fields)}`);
      assert.equal(arrived.status, 303);
      return async () => {};
    },
    'the token is revoked': async (_person, tokens) => {
      assert.equal((await post(stage.n1, '/oauth/revoke', { token: tokens.refresh_token }, stage.crm)).status, 200);
      return async () => {};
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    it(`${name}: invalid_grant, then and afterwards`, async () => {
      const person = await stage.person();
      const tokens = await renewed(await tokensOf(stage.n1, stage.crm, person));
      const undo = await end(person, tokens);
      await assertDead(stage, stage.crm, tokens);
      await undo();
      await assertDead(stage, stage.crm, tokens);
    });
  }
  it('its lifetime is that of the family, however often it is renewed', async (test) => {
    const tokens = await tokensOf(stage.n1, stage.crm, await stage.person());
    const day = 86_400_000;
    test.mock.timers.enable({ apis: ['Date'], now: Date.now() + 29 * day });
    const late = await renewed(tokens);
    test.mock.timers.setTime(Date.now() + 2 * day);
    assert.deepEqual(refusalOf(await refresh(stage.n2, stage.crm, late.refresh_token)), INVALID_GRANT);
  });
});
