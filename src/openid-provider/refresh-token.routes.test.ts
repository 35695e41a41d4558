import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as client from 'openid-client';
import type { UserId } from '#kernel/ids.ts';
import { Browser } from './browser.fixture.ts';
import { insertPerson } from './node.fixture.ts';
import { acme, one, register, setUp, shared, signIn, two } from './openid-provider.fixture.ts';

setUp();

describe('A refresh token (T116, RFC 9700 §4.14)', () => {
  const withRefresh = () => register({ grantTypes: ['authorization_code', 'refresh_token'] });

  it('is given for offline_access only, and to applications that are registered for it', async () => {
    const crm = await withRefresh();
    assert.ok((await signIn(crm, new Browser(one), { scope: 'openid offline_access' })).tokens.refresh_token);
    assert.equal((await signIn(crm, new Browser(one), { scope: 'openid' })).tokens.refresh_token, undefined);
    const wiki = await register({ name: 'Wiki', grantTypes: ['authorization_code'] });
    const ignored = await signIn(wiki, new Browser(one), { scope: 'openid offline_access' });
    assert.deepEqual([ignored.tokens.refresh_token, ignored.tokens.scope], [undefined, 'openid']);
  });

  it('is renewed at each use, and its claims are those of today', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid profile offline_access' });
    const person = insertPerson(shared, 'usr_alice');
    shared.people.set('usr_alice', { ...person, roles: ['Auditor'] });
    const renewed = await client.refreshTokenGrant(crm.config, tokens.refresh_token ?? '');
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    const claims = renewed.claims();
    assert.deepEqual(
      [claims?.['roles'], claims?.['idp'], claims?.['acr'], claims?.sub],
      [['Auditor'], 'entra', 'urn:acme:strong', 'usr_alice'],
    );
    assert.equal(await crm.userinfoStatus(renewed.access_token), 200);
  });

  it('that comes a second time ends its family', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    assert.equal((await crm.refresh(tokens.refresh_token ?? '', two)).body['error'], 'invalid_grant');
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(String(renewed.body['access_token'])), 401);
    assert.deepEqual(
      shared.audit.filter(({ action }) => action === 'grant.ended').map(({ code }) => code),
      ['openid_provider.refresh_token_reused'],
    );
  });

  it('that comes twenty times at once at two nodes gives tokens once at most, and those are ended', async () => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => crm.refresh(tokens.refresh_token ?? '', turn % 2 ? one : two)),
    );
    const won = answers.filter(({ status }) => status === 200);
    assert.ok(won.length <= 1, `${won.length} were renewed`);
    assert.ok(
      answers.every(({ status, body }) => status === 200 || body['error'] === 'invalid_grant'),
      JSON.stringify(answers.map(({ body }) => body['error'])),
    );
    for (const { body } of won) assert.equal((await crm.refresh(String(body['refresh_token']))).body['error'], 'invalid_grant');
  });

  it('is worth nothing to another application, and that attempt harms nobody', async () => {
    const crm = await withRefresh();
    const wiki = await register({ name: 'Wiki', grantTypes: ['authorization_code', 'refresh_token'] });
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    assert.equal((await wiki.refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    assert.equal((await crm.refresh(tokens.refresh_token ?? '')).status, 200);
  });

  it('ends with a sign-out, and with the person, whose return does not bring it back', async () => {
    const crm = await withRefresh();
    const first = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    await one.sessions.endOfUser(acme(), 'usr_alice' as UserId);
    assert.equal((await crm.refresh(first.tokens.refresh_token ?? '', two)).body['error'], 'invalid_grant');
    assert.equal(await crm.userinfoStatus(first.tokens.access_token), 401);

    const second = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    insertPerson(shared, 'usr_alice', 'disabled');
    assert.equal(await crm.userinfoStatus(second.tokens.access_token), 401);
    assert.equal((await crm.introspect(second.tokens.access_token)).body['active'], false);
    assert.equal((await crm.refresh(second.tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
    insertPerson(shared, 'usr_alice');
    assert.equal((await crm.refresh(second.tokens.refresh_token ?? '')).body['error'], 'invalid_grant');
  });

  it("outlives the idle end of the session, and not the family's lifetime", async (test) => {
    const crm = await withRefresh();
    const { tokens } = await signIn(crm, new Browser(one), { scope: 'openid offline_access' });
    test.mock.timers.enable({ apis: ['Date'], now: Date.now() + 20 * 3_600_000 });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    test.mock.timers.setTime(Date.now() + 5 * 3_600_000);
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
    test.mock.timers.reset();
  });

  it('stays with the person who signs in once more in the same browser', async () => {
    const crm = await withRefresh();
    const wiki = await register({ name: 'Wiki' });
    const browser = new Browser(one);
    const { tokens } = await signIn(crm, browser, { scope: 'openid offline_access' });
    await signIn(wiki, browser, { prompt: 'login' });
    const renewed = await crm.refresh(tokens.refresh_token ?? '');
    assert.equal(renewed.status, 200);
    shared.signsIn.userId = 'usr_bob';
    await signIn(wiki, browser, { prompt: 'login' });
    assert.equal((await crm.refresh(String(renewed.body['refresh_token']))).body['error'], 'invalid_grant');
  });
});
