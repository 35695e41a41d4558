import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  accepted,
  api,
  connected,
  discard,
  ended,
  get,
  last,
  needs,
  oidc,
  override,
  patch,
  path,
  pointers,
  refused,
  settingsOf,
  setUp,
  states,
  step,
  trustOf,
  userWith,
  verify,
} from './revisions.fixture.ts';

setUp();

describe('Switching', () => {
  test('off is at once, ends the sessions and the sign-ins under way', async () => {
    const id = await connected();
    const shown = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([shown.enabled, shown.revision, ended, await trustOf(id)], [false, 2, [id], 2]);
    assert.deepEqual(await states(id), ['2 draft changed', '1 superseded created']);
  });

  test('off takes what is staged along, and is never kept back by it', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([shown.enabled, pointers(shown)], [false, ['/oidc/clientId']]);
    accepted(await override(id, { enabled: true }));
    // A later release cannot read what is staged any more.
    const { staged } = await get(id);
    const broken = JSON.stringify({ kind: 'oidc', name: 'Acme', slug: 'acme', oidc: {} });
    const rows = api.store.db().updateTable('connection_revisions').set({ document: broken });
    await rows.where('revision', '=', staged?.revision ?? 0).execute();
    refused(await patch(id, { users: { create: true } }), 409, 'upstream.staged_conflict');
    const off = accepted(await patch(id, { enabled: false }));
    assert.deepEqual([off.enabled, off.staged], [false, null]);
  });

  test('on wants a Verify that passed on the current revision', async () => {
    const id = await connected({ enabled: false });
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    await verify(id, 1, false);
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    await verify(id, 1);
    assert.equal((await get(id)).verified, true);
    refused(await patch(id, { enabled: true, oidc: { clientId: 'unseen' } }), 409, 'upstream.not_verified');
    const shown = accepted(await patch(id, { enabled: true }));
    assert.deepEqual([shown.enabled, shown.verified, shown.revision], [true, true, 2]);
    assert.equal(Object((await last())[0]?.after).verified, true);
  });

  test('on after a change that Verify has not seen is refused', async () => {
    const id = await connected({ enabled: false });
    await verify(id, 1);
    accepted(await patch(id, { oidc: { clientId: 'other' } }));
    assert.equal((await get(id)).verified, false);
    refused(await patch(id, { enabled: true }), 409, 'upstream.not_verified');
    const shown = accepted(await override(id, { enabled: true }));
    assert.deepEqual(
      [shown.enabled, shown.verified, Object((await last())[0]?.after).override],
      [true, false, 'agreed with Acme'],
    );
  });

  test('a draft is changed as one likes, without staging', async () => {
    const id = await connected({ enabled: false });
    const shown = accepted(await patch(id, { oidc: { clientId: 'other' } }));
    assert.deepEqual([shown.oidc['clientId'], shown.staged], ['other', null]);
    assert.deepEqual(await states(id), ['2 draft changed', '1 superseded created']);
  });

  test('activating the current draft switches it on', async () => {
    const id = await connected({ enabled: false });
    refused(await step(id, '1/activate'), 409, 'upstream.not_verified');
    await verify(id, 1);
    assert.equal(accepted(await step(id, '1/activate')).enabled, true);
  });
});

describe('Activating', () => {
  async function staged(): Promise<string> {
    const id = await connected();
    accepted(await patch(id, { oidc: { clientId: 'other' }, groupMappings: [{ external: 'x', group: 'New group' }] }), 202);
    return id;
  }

  test('is refused while Verify has not passed on that very revision', async () => {
    const id = await staged();
    await verify(id, 1);
    refused(await step(id, '2/activate'), 409, 'upstream.not_verified');
    await verify(id, 2, false);
    refused(await step(id, '2/activate'), 409, 'upstream.not_verified');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created']);
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
  });

  test('makes it live when Verify passed, with who did it in the audit log', async () => {
    const id = await staged();
    await verify(id, 2);
    assert.deepEqual(await needs.groups.findByNames(api.acme, ['New group']), [], 'staging made nothing');
    const administrator = await userWith('Full Administrator');
    const shown = accepted(await step(id, '2/activate', { as: administrator }));
    assert.deepEqual([shown.revision, shown.oidc['clientId'], shown.staged, shown.verified], [2, 'other', null, true]);
    assert.equal((await settingsOf(id))['clientId'], 'other');
    assert.equal((await needs.groups.findByNames(api.acme, ['New group'])).length, 1);
    assert.equal(await trustOf(id), 2, 'sign-ins that asked as the old client are over');
    const [entry] = await last();
    assert.deepEqual(
      [
        entry?.action,
        entry?.actor,
        Object(entry?.after).verified,
        Object(entry?.after).revision,
        Object(entry?.before).oidc.clientId,
      ],
      ['identity-provider.activated', { kind: 'user', id: administrator }, true, 2, 'sallyport'],
    );
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual(
      items.map(({ revision, state, activatedBy, override }) => [revision, state, Object(activatedBy).kind, override]),
      [
        [2, 'live', 'user', null],
        [1, 'superseded', 'operator', 'switched on as it was made'],
      ],
    );
  });

  test('without Verify keeps the reason', async () => {
    const id = await staged();
    assert.equal((await step(id, '2/activate', { body: { override: '' } })).status >= 400, true);
    assert.equal((await step(id, '2/activate', { body: { overide: 'x' } })).status >= 400, true);
    const shown = accepted(await step(id, '2/activate', { body: { override: 'Acme is down, agreed by telephone' } }));
    assert.deepEqual([shown.revision, shown.verified], [2, false]);
    const [entry] = await last();
    assert.deepEqual(
      [Object(entry?.after).verified, Object(entry?.after).override],
      [false, 'Acme is down, agreed by telephone'],
    );
  });

  test('twice at once: one wins, and the other is told', async () => {
    const id = await staged();
    await verify(id, 2);
    const answers = await Promise.all([step(id, '2/activate'), step(id, '2/activate'), step(id, '2/activate')]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    assert.deepEqual(
      answers.filter(({ status }) => status === 409).map(({ body }) => body.code),
      ['upstream.revision_not_staged', 'upstream.revision_not_staged'],
    );
    assert.deepEqual(await states(id), ['2 live changed', '1 superseded created']);
    assert.equal((await last(9)).filter(({ action }) => action === 'identity-provider.activated').length > 0, true);
  });

  test('beside a change loses nothing, whoever is first', async () => {
    for (let round = 0; round < 4; round++) {
      const id = await connected({ slug: `race-${round}`, name: `race-${round}` });
      await patch(id, { oidc: { clientId: 'other' } });
      await verify(id, 2);
      const [activated, changed] = await Promise.all([step(id, '2/activate'), patch(id, { name: 'Renamed' })]);
      const shown = accepted(changed);
      assert.equal((await get(id)).name, 'Renamed');
      const lost = activated.status === 409 && shown.staged?.revision !== undefined && shown.staged.verified;
      assert.ok(activated.status === 200 || lost, JSON.stringify(activated.body));
      if (activated.status === 200) assert.equal((await get(id)).oidc['clientId'], 'other');
      assert.equal((await states(id)).filter((state) => state.includes('live')).length, 1);
    }
  });

  test('is for what is staged: not for the live, a superseded, a discarded or an unknown one', async () => {
    const id = await staged();
    await patch(id, { oidc: { scopes: ['openid'] } });
    for (const number of [1, 2, 3]) await verify(id, number);
    refused(await step(id, '1/activate'), 409, 'upstream.revision_not_staged');
    refused(await step(id, '2/activate'), 409, 'upstream.revision_not_staged');
    for (const odd of ['9', '0', '-1', 'x', '2.5', '1e1', '99999999999999999999'])
      refused(await step(id, `${odd}/activate`, { body: { override: 'why' } }), 404, 'upstream.revision_unknown');
    assert.equal((await discard(id, 3)).status, 204);
    refused(await step(id, '3/activate'), 409, 'upstream.revision_not_staged');
    refused(await step('idp_nobody', '1/activate'), 404, 'upstream.revision_unknown');
  });

  test('holds to the revision that was read', async () => {
    const id = await staged();
    await verify(id, 2);
    refused(await step(id, '2/activate', { headers: { 'if-match': '"1"' } }), 412, 'upstream.revision_differs');
    accepted(await step(id, '2/activate', { headers: { 'if-match': '"2"' } }));
  });

  test('of what does not build on the live one is refused', async () => {
    const id = await staged();
    await verify(id, 2);
    await api.store.db().updateTable('connection_revisions').set({ base_revision: 7 }).where('revision', '=', 2).execute();
    refused(await step(id, '2/activate'), 409, 'upstream.revision_outdated');
  });

  test('of what this release cannot read is refused with its faults', async () => {
    const id = await staged();
    await verify(id, 2);
    const broken = JSON.stringify({ kind: 'oidc', name: 'Acme', slug: 'acme', enabled: true, oidc: { clientId: 'c' } });
    await api.store.db().updateTable('connection_revisions').set({ document: broken }).where('revision', '=', 2).execute();
    refused(await step(id, '2/activate'), 422, 'upstream.input_invalid');
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
  });

  test('makes no second default provider', async () => {
    const id = await connected();
    accepted(await patch(id, { authentication: { default: true } }), 202);
    accepted(
      await api.call('POST', '/identity-providers', {
        body: { kind: 'oidc', name: 'B', oidc, authentication: { default: true } },
      }),
      201,
    );
    refused(await step(id, '2/activate', { body: { override: 'why' } }), 422, 'upstream.input_invalid');
  });
});
