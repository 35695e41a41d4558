import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  accepted,
  api,
  connected,
  discard,
  get,
  last,
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
  verify,
} from './revisions.fixture.ts';

setUp();

describe('Rolling back', () => {
  test('makes a new revision of the old content, staged like any sensitive change, secrets included', async () => {
    const id = await connected();
    const change = { name: 'New', oidc: { clientId: 'other', tokenEndpoint: 'https://b.example/t', clientSecret: 'for-b' } };
    accepted(await override(id, change));
    const shown = accepted(await step(id, '1/roll-back'), 202);
    assert.deepEqual(pointers(shown), ['/name', '/oidc/clientId', '/oidc/tokenEndpoint', '/oidc/clientSecret']);
    assert.deepEqual(await states(id), ['3 staged rolled-back', '2 live changed', '1 superseded created']);
    await verify(id, 3);
    const live = accepted(await step(id, '3/activate'));
    assert.deepEqual([live.name, live.oidc['clientId']], ['Acme', 'sallyport']);
    const settings = await settingsOf(id);
    assert.deepEqual([settings['clientSecret'], settings['tokenEndpoint']], ['the-client-secret', oidc.tokenEndpoint]);
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual([items[0]?.['source'], items[0]?.['base']], [1, 2]);
  });

  test('of what is not sensitive, or with an override, is at once', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    assert.equal(accepted(await step(id, '1/roll-back')).name, 'Acme');
    await override(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await step(id, '1/roll-back', { body: { override: 'nobody can sign in' } }));
    assert.equal(shown.oidc['clientId'], 'sallyport');
    assert.equal(Object((await last())[0]?.after).override, 'nobody can sign in');
  });

  test('leaves it on or off as it is', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    await patch(id, { enabled: false });
    assert.deepEqual([accepted(await step(id, '1/roll-back')).enabled, (await get(id)).name], [false, 'Acme']);
    const other = await connected({ enabled: false, slug: 'other', name: 'Other' });
    await override(other, { enabled: true, name: 'New' });
    assert.deepEqual([accepted(await step(other, '1/roll-back')).enabled, (await get(other)).name], [true, 'Other']);
  });

  test('waits until what is staged is activated or discarded', async () => {
    const id = await connected();
    await patch(id, { name: 'New' });
    await patch(id, { oidc: { clientId: 'other' } });
    refused(await step(id, '1/roll-back'), 409, 'upstream.staged_exists');
    assert.equal((await discard(id, 3)).status, 204);
    assert.equal(accepted(await step(id, '1/roll-back')).name, 'Acme');
    assert.equal(
      pointers(accepted(await step(id, '3/roll-back'), 202))?.includes('/oidc/clientId'),
      true,
      'a discarded one, too',
    );
  });

  test('to what there is, or to what there is not', async () => {
    const id = await connected();
    assert.equal(accepted(await step(id, '1/roll-back')).revision, 1, 'nothing changes');
    refused(await step(id, '2/roll-back'), 404, 'upstream.revision_unknown');
    refused(await step('idp_nobody', '1/roll-back'), 404, 'upstream.connection_unknown');
  });
});

describe('Discarding', () => {
  test('gives up what is staged, and nothing else', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    refused(await discard(id, 1), 409, 'upstream.revision_not_staged');
    assert.equal((await discard(id, 2)).status, 204);
    assert.equal((await get(id)).staged, null);
    const [entry] = await last();
    assert.deepEqual([entry?.action, entry?.before], ['identity-provider.discarded', { revision: 2 }]);
    refused(await discard(id, 2), 409, 'upstream.revision_not_staged');
    refused(await discard(id, 3), 404, 'upstream.revision_unknown');
    refused(await discard('idp_nobody', 1), 404, 'upstream.connection_unknown');
  });
});
