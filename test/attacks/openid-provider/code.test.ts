import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  assertDead,
  CRM_OTHER_URI,
  CRM_URI,
  endedGrants,
  exchange,
  grant,
  INVALID_GRANT,
  openStage,
  refresh,
  refusalOf,
  type Stage,
  userinfoStatus,
} from './stage.ts';

let stage: Stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

describe('a code is good once, and its second use ends what the first gave (T114, RFC 6749 §4.1.2)', () => {
  it('the valid control: one use gives tokens, on either node', async () => {
    const person = await stage.person();
    for (const node of [stage.n1, stage.n2]) {
      const { status, json } = await exchange(node, stage.crm, await grant(stage.n1, stage.crm, person));
      assert.equal(status, 200, JSON.stringify(json));
      for (const at of [stage.n1, stage.n2]) assert.equal(await userinfoStatus(at, json.access_token), 200);
    }
    assert.deepEqual(await endedGrants(stage, person), []);
  });
  for (const [name, second] of Object.entries({ 'on the same node': () => stage.n1, 'on the other node': () => stage.n2 })) {
    it(`a second use ${name}: invalid_grant, and the tokens are ended`, async () => {
      const person = await stage.person();
      const granted = await grant(stage.n1, stage.crm, person);
      const first = await exchange(stage.n1, stage.crm, granted);
      assert.equal(await userinfoStatus(stage.n2, first.json.access_token), 200);
      assert.deepEqual(refusalOf(await exchange(second(), stage.crm, granted)), INVALID_GRANT);
      await assertDead(stage, stage.crm, first.json);
      assert.deepEqual(await endedGrants(stage, person), ['openid_provider.code_reused']);
    });
  }
  it('a second use by the public application ends its tokens too', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.phone, person);
    const first = await exchange(stage.n1, stage.phone, granted);
    assert.deepEqual(refusalOf(await exchange(stage.n2, stage.phone, granted)), INVALID_GRANT);
    await assertDead(stage, stage.phone, first.json);
  });
  it('tokens that were renewed meanwhile are ended with the rest', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    const first = await exchange(stage.n1, stage.crm, granted);
    const renewed = await refresh(stage.n2, stage.crm, first.json.refresh_token);
    assert.equal(renewed.status, 200);
    assert.deepEqual(refusalOf(await exchange(stage.n1, stage.crm, granted)), INVALID_GRANT);
    await assertDead(stage, stage.crm, { access_token: renewed.json.access_token });
    await assertDead(stage, stage.crm, renewed.json);
  });
  it('tokens of another authorization of the same person and application are not', async () => {
    const person = await stage.person();
    const other = await exchange(stage.n1, stage.crm, await grant(stage.n1, stage.crm, person));
    const granted = await grant(stage.n1, stage.crm, person);
    await exchange(stage.n1, stage.crm, granted);
    assert.deepEqual(refusalOf(await exchange(stage.n1, stage.crm, granted)), INVALID_GRANT);
    assert.equal(await userinfoStatus(stage.n1, other.json.access_token), 200);
  });
  it('fifty uses at once on two nodes: one gets tokens at most, and they are ended', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    const uses = Array.from({ length: 50 }, (_, turn) => exchange(turn % 2 === 0 ? stage.n1 : stage.n2, stage.crm, granted));
    const answers = await Promise.all(uses);
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} got tokens`);
    for (const answer of answers) if (answer.status !== 200) assert.deepEqual(refusalOf(answer), INVALID_GRANT);
    for (const { json } of won) await assertDead(stage, stage.crm, json);
    const codes = await endedGrants(stage, person);
    assert.ok(codes.length >= 1 && codes.every((code) => code === 'openid_provider.code_reused'), JSON.stringify(codes));
    assert.equal(
      (await exchange(stage.n2, stage.crm, await grant(stage.n1, stage.crm, person))).status,
      200,
      'the person is not kept out',
    );
  });
});

describe('a code is for one application, one address, one tenant, a minute and a person who may still come in (T115)', () => {
  it('the valid control: its own', async () => {
    const person = await stage.person();
    assert.equal((await exchange(stage.n1, stage.crm, await grant(stage.n1, stage.crm, person))).status, 200);
  });
  it('another application: invalid_grant, and the code is still its owner’s', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    const wiki = { ...(await stage.acme.addApplication({ name: 'Wiki', redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    for (const thief of [wiki, stage.phone]) {
      assert.deepEqual(refusalOf(await exchange(stage.n1, thief, granted)), INVALID_GRANT);
      assert.deepEqual(refusalOf(await exchange(stage.n2, thief, granted, { redirect_uri: CRM_URI })), INVALID_GRANT);
    }
    assert.equal((await exchange(stage.n1, stage.crm, granted)).status, 200);
  });
  it('the name of its application and another’s secret: invalid_client', async () => {
    const granted = await grant(stage.n1, stage.crm, await stage.person());
    const other = await stage.acme.addApplication({ name: 'Other', redirectUris: [CRM_URI] });
    for (const secret of [other.secret, `${stage.crm.secret}x`, null]) {
      assert.deepEqual(refusalOf(await exchange(stage.n1, { ...stage.crm, secret }, granted)), [401, 'invalid_client']);
    }
    assert.deepEqual(refusalOf(await exchange(stage.n1, { ...stage.crm, secret: '' }, granted)), [400, 'invalid_request']);
    assert.equal((await exchange(stage.n1, stage.crm, granted)).status, 200);
  });
  const addresses: Record<string, string | undefined> = {
    'another registered one': CRM_OTHER_URI,
    'another one': 'https://evil.example/callback',
    'the same with a slash': `${CRM_URI}/`,
    'the same in capitals': CRM_URI.toUpperCase(),
    'an empty one': '',
    none: undefined,
  };
  for (const [name, redirect_uri] of Object.entries(addresses)) {
    it(`${name} as redirect URI: refused, without tokens`, async () => {
      const granted = await grant(stage.n1, stage.crm, await stage.person());
      const { status, json } = await exchange(stage.n1, stage.crm, granted, { redirect_uri });
      assert.equal(status, 400, JSON.stringify(json));
      assert.ok(
        redirect_uri ? json.error === 'invalid_grant' : ['invalid_grant', 'invalid_request'].includes(json.error),
        json.error,
      );
      assert.equal(json.access_token, undefined);
    });
  }
  it('another tenant, and an application there: invalid_grant', async () => {
    const globex = await stage.scene.addTenant('globex');
    const theirs = { ...(await globex.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    const granted = await grant(stage.n1, stage.crm, await stage.person());
    assert.deepEqual(refusalOf(await exchange({ url: globex.url }, theirs, granted)), INVALID_GRANT);
    assert.deepEqual(refusalOf(await exchange({ url: globex.url }, stage.crm, granted)), [401, 'invalid_client']);
    assert.equal((await exchange(stage.n1, stage.crm, granted)).status, 200);
  });
  const codes: Record<string, (code: string) => string> = {
    'its code short of one character': (code) => code.slice(0, -1),
    'its code in capitals': (code) => code.toUpperCase(),
    'its code with NUL': (code) => `${code}\0`,
    'its code with a space': (code) => `${code} `,
    'an empty code': () => '',
    'an invented code': () => 'A'.repeat(43),
  };
  for (const [name, change] of Object.entries(codes)) {
    it(`${name}: refused, and the code itself is still good`, async () => {
      const granted = await grant(stage.n1, stage.crm, await stage.person());
      const { status, json } = await exchange(stage.n1, stage.crm, granted, { code: change(granted.code) });
      assert.equal(status, 400);
      assert.ok(['invalid_grant', 'invalid_request'].includes(json.error), json.error);
      assert.equal((await exchange(stage.n1, stage.crm, granted)).status, 200);
    });
  }
  for (const [name, seconds] of Object.entries({ 'ten minutes': 600, 'a minute and a second': 61 })) {
    it(`after ${name}: invalid_grant`, async (test) => {
      const granted = await grant(stage.n1, stage.crm, await stage.person());
      test.mock.timers.enable({ apis: ['Date'], now: Date.now() + seconds * 1000 });
      assert.deepEqual(refusalOf(await exchange(stage.n1, stage.crm, granted)), INVALID_GRANT);
    });
  }
  it('after the person was disabled: invalid_grant, and enabling them does not bring it back', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    assert.equal((await stage.acme.api.call('POST', `/api/v1/users/${person.userId}/disable`)).status, 200);
    assert.deepEqual(refusalOf(await exchange(stage.n2, stage.crm, granted)), INVALID_GRANT);
    assert.equal((await stage.acme.api.call('POST', `/api/v1/users/${person.userId}/enable`)).status, 200);
    assert.deepEqual(refusalOf(await exchange(stage.n1, stage.crm, granted)), INVALID_GRANT);
  });
  it('after the person was deleted: invalid_grant', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    const { status, json } = await stage.acme.api.call('DELETE', `/api/v1/users/${person.userId}`);
    assert.equal(status, 204, JSON.stringify(json));
    assert.deepEqual(refusalOf(await exchange(stage.n2, stage.crm, granted)), INVALID_GRANT);
  });
  it('after the person signed out: invalid_grant', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    assert.equal((await person.agent.post(`${stage.n1.url}/sign-out`, { answer: 'yes' })).status, 303);
    assert.deepEqual(refusalOf(await exchange(stage.n2, stage.crm, granted)), INVALID_GRANT);
  });
  it('after the provider was switched off: invalid_grant', async () => {
    const person = await stage.person();
    const granted = await grant(stage.n1, stage.crm, person);
    await stage.oidc.change({ enabled: false });
    assert.deepEqual(refusalOf(await exchange(stage.n2, stage.crm, granted)), INVALID_GRANT);
    await stage.oidc.change({ enabled: true });
    assert.deepEqual(refusalOf(await exchange(stage.n1, stage.crm, granted)), INVALID_GRANT);
  });
  it('after the application was switched off: invalid_client', async () => {
    const gone = { ...(await stage.acme.addApplication({ redirectUris: [CRM_URI] })), redirectUri: CRM_URI };
    const granted = await grant(stage.n1, gone, await stage.person());
    assert.equal((await stage.acme.api.call('PATCH', `/api/v1/applications/${gone.id}`, { enabled: false })).status, 200);
    assert.deepEqual(refusalOf(await exchange(stage.n2, gone, granted)), [401, 'invalid_client']);
  });
});
