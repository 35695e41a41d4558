import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accepted, connected, get, needs, patch, pointers, refused, setUp, step } from './revisions.fixture.ts';

setUp();

describe('If-Match', () => {
  test('names what a change builds on: the staged revision, if there is one', async () => {
    const id = await connected();
    const first = await patch(id, { oidc: { clientId: 'other' } }, { headers: { 'if-match': '"1"' } });
    assert.equal(first.status, 202);
    refused(
      await patch(id, { oidc: { clientId: 'third' } }, { headers: { 'if-match': '"1"' } }),
      412,
      'upstream.revision_differs',
    );
    accepted(await patch(id, { oidc: { clientId: 'third' } }, { headers: { 'if-match': String(first.headers['etag']) } }), 202);
  });
});

/** Runs something else once, after a change has read what it changes and before it writes. */
function meanwhile(work: () => Promise<unknown>): void {
  const { listKeys } = needs.connections;
  needs.connections.listKeys = async (...where) => {
    needs.connections.listKeys = listKeys;
    await work();
    return listKeys(...where);
  };
}

describe('Somebody else is faster between reading and writing', () => {
  test('and stages: what is staged next builds on it', async () => {
    const id = await connected();
    meanwhile(() => patch(id, { oidc: { clientId: 'other' } }));
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown), ['/oidc/clientId', '/oidc/scopes']);
  });

  test('and stages on what is staged: both are in it', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    meanwhile(() => patch(id, { oidc: { userinfoEndpoint: 'https://idp.acme.example/userinfo' } }));
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown)?.sort(), ['/oidc/clientId', '/oidc/scopes', '/oidc/userinfoEndpoint']);
  });

  test('and stages: what goes live is put on it', async () => {
    const id = await connected();
    meanwhile(() => patch(id, { oidc: { clientId: 'other' } }));
    const shown = accepted(await patch(id, { name: 'Renamed' }));
    assert.deepEqual([shown.name, pointers(shown)], ['Renamed', ['/oidc/clientId']]);
    const live = accepted(await step(id, `${shown.staged?.revision}/activate`, { body: { override: 'why' } }));
    assert.deepEqual([live.name, live.oidc['clientId']], ['Renamed', 'other']);
  });

  test('and activates: what is changed then is the new live one', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    meanwhile(() => step(id, '2/activate', { body: { override: 'why' } }));
    const shown = accepted(await patch(id, { name: 'Renamed' }));
    assert.deepEqual([shown.name, shown.oidc['clientId'], shown.staged], ['Renamed', 'other', null]);
  });

  test('and changes a draft that is being activated: what nobody looked at is not switched on', async () => {
    const id = await connected({ enabled: false });
    const { read } = needs.revisions;
    needs.revisions.read = async (...where) => {
      needs.revisions.read = read;
      const found = await read(...where);
      await patch(id, { oidc: { clientId: 'unseen' } });
      return found;
    };
    refused(await step(id, '1/activate', { body: { override: 'I have read revision 1' } }), 409, 'upstream.revision_not_staged');
    assert.equal((await get(id)).enabled, false);
  });
});
