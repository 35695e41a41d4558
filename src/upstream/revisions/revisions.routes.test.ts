import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, type Current, connected, get, patch, path, refused, setUp, verify, world } from './revisions.fixture.ts';

setUp();

describe('The list of revisions', () => {
  test('has who, when, what made it and what it changed, newest first, by pages', async () => {
    const id = await connected();
    world.pass(60);
    await patch(id, { name: 'B' });
    await patch(id, { oidc: { clientId: 'other', clientSecret: 'another-secret' } });
    const page = await api.call('GET', path(id, '/revisions?limit=2'));
    assert.deepEqual(
      page.body.items.map(({ revision, differences }) => [revision, differences]),
      [
        [3, { pointers: ['/oidc/clientId', '/oidc/clientSecret'], sensitive: true }],
        [2, { pointers: ['/name'], sensitive: false }],
      ],
    );
    const rest = await api.call('GET', path(id, `/revisions?limit=2&cursor=${page.body.next}`));
    const { differences, madeAt, madeBy, ...first } = rest.body.items[0] as Record<string, unknown>;
    assert.deepEqual([rest.body.items.length, rest.body.next, differences], [1, null, { pointers: [], sensitive: false }]);
    assert.deepEqual(madeBy, { kind: 'operator' });
    assert.equal(Date.parse(String(madeAt)), world.now().getTime() - 60_000);
    assert.deepEqual(
      [first['base'], first['source'], first['verification'], first['verified'], first['state']],
      [null, null, null, false, 'superseded'],
    );
    assert.doesNotMatch(JSON.stringify([page.body, rest.body]), /another-secret|the-client-secret/);
    refused(await api.call('GET', path('idp_nobody', '/revisions')), 404, 'upstream.connection_unknown');
  });

  test('says nothing of what a revision changed whose base is not kept any more', async () => {
    const id = await connected();
    await patch(id, { name: 'B' });
    await api.store.db().deleteFrom('connection_revisions').where('revision', '=', 1).execute();
    assert.equal((await api.call('GET', path(id, '/revisions'))).body.items[0]?.['differences'], null);
  });

  test('of another tenant is none', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    for (const [method, rest] of [
      ['GET', '/revisions'],
      ['GET', '/revisions/2'],
      ['POST', '/revisions/2/activate'],
      ['POST', '/revisions/1/roll-back'],
      ['DELETE', '/revisions/2'],
    ] as const) {
      assert.equal((await api.call(method, path(id, rest), { tenant: 'globex' })).status, 404, `${method} ${rest}`);
    }
    assert.equal((await get(id)).staged?.revision, 2);
  });
});

describe('One revision', () => {
  test('is shown as the provider would be with it, beside what it changes', async () => {
    const id = await connected();
    await patch(id, { name: 'B' });
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 3);
    const { status, body } = await api.call('GET', path(id, '/revisions/1'));
    assert.equal(status, 200);
    const document = body['document'] as Current;
    assert.deepEqual([document.name, document.oidc['redirectUri']], ['Acme', 'https://sso.example.com/t/acme/sso/acme/callback']);
    const differences = body['differences'] as { toBase: unknown[]; toCurrent: { pointer: string; before: unknown }[] };
    assert.deepEqual(
      [differences.toBase, differences.toCurrent.map(({ pointer, before }) => [pointer, before])],
      [[], [['/name', 'B']]],
    );
    const staged = (await api.call('GET', path(id, '/revisions/3'))).body;
    assert.deepEqual(
      [staged['state'], staged['verified'], staged['verification']],
      ['staged', true, { id: 'ver_1', passed: true, at: world.now().toISOString() }],
    );
    refused(await api.call('GET', path(id, '/revisions/4')), 404, 'upstream.revision_unknown');
    assert.doesNotMatch(JSON.stringify([body, staged]), /the-client-secret/);
  });
});

describe('Removing a provider', () => {
  test('removes its revisions', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    assert.equal((await api.call('DELETE', path(id))).status, 204);
    assert.deepEqual(await api.store.db().selectFrom('connection_revisions').selectAll().execute(), []);
  });
});
