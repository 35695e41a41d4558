import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { type ConnectionId } from '#kernel/ids.ts';
import { addUser } from '../stage.fixture.ts';
import {
  activate,
  api,
  type Connections,
  connect,
  elsewhere,
  list,
  make,
  makeNext,
  needs,
  oidc,
  pathOf,
  refused,
  setUp,
  statesOf,
  world,
} from './keys.fixture.ts';

setUp();

const makeUser = (role: string): Promise<string> => addUser({ api, needs }, role);

/** Certificates that a sign-in would use, as this store sees them now: base64 of the DER. */
async function keysInUse(id: string, connections: Connections = needs.connections): Promise<Record<string, string[]>> {
  const found = await connections.find(api.acme, id as ConnectionId);
  assert.ok(found);
  const { ownKeys } = found.settings as { ownKeys: Record<string, { certificate: string }[]> };
  return Object.fromEntries(Object.entries(ownKeys).map(([use, keys]) => [use, keys.map(({ certificate }) => certificate)]));
}
const derOf = (pem: string): string => new X509Certificate(pem).raw.toString('base64');

async function actions(): Promise<string[]> {
  const events = await api.audit.list(api.acme, { limit: 100 });
  return events.map(({ action }) => action).filter((action) => action.startsWith('identity-provider.key'));
}

describe('Our keys towards an identity provider', () => {
  test('begin with one active key of each use, which is shown with its thumbprints and without its private half', async () => {
    const id = await connect();
    const keys = await list(id);
    assert.deepEqual(keys.map(({ use, state }) => `${use} ${state}`).sort(), ['decryption active', 'signing active']);
    const [key] = keys;
    const certificate = new X509Certificate(key!.certificate);
    assert.equal(key?.thumbprints.sha256, certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    assert.deepEqual([key?.activatedAt, key?.plannedAt, key?.retiredAt], [key?.createdAt, null, null]);
    assert.doesNotMatch(JSON.stringify(keys), /PRIVATE/);
  });

  test('get a next one, which decrypts at once and does not sign', async () => {
    const id = await connect();
    const before = await keysInUse(id);
    const next = await makeNext(id, 'signing');
    const nextDecryption = await makeNext(id, 'decryption');
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
    const now = await keysInUse(id);
    assert.equal(now['signing']?.[0], before['signing']?.[0], 'the active one signs');
    assert.equal(now['signing']?.length, 2, 'both are in the metadata');
    assert.equal(now['decryption']?.length, 2);
    assert.ok(next !== nextDecryption);
    assert.deepEqual((await actions()).slice(0, 2), ['identity-provider.key-made', 'identity-provider.key-made']);
  });

  test('a second next one of the same use is refused', async () => {
    const id = await connect();
    await makeNext(id);
    refused(await make(id, 'signing'), 409, 'own_keys.next_waiting');
    assert.equal((await make(id, 'decryption')).status, 201);
  });

  test('are of the uses of the protocol', async () => {
    const [samlId, oidcId] = [await connect('saml'), await connect('oidc')];
    for (const [id, use] of [
      [oidcId, 'signing'],
      [oidcId, 'decryption'],
    ] as const) {
      const answer = await make(id, use);
      refused(answer, 422, 'own_keys.input_invalid');
      assert.deepEqual(answer.body.errors?.[0]?.pointer, '/use');
    }
    assert.equal((await make(samlId, 'client-assertion')).status, 201, 'for groups that are read beside the assertion');
    assert.equal((await make(samlId, 'sealing')).status, 422);
    assert.deepEqual(await statesOf(oidcId, 'client-assertion'), ['active']);
  });

  test('activated, a key signs on every node with the next look-up, and the one before is retired and still decrypts', async () => {
    const id = await connect();
    const next = await makeNext(id, 'decryption');
    const nextSigning = await makeNext(id, 'signing');
    const seen = [await keysInUse(id), await keysInUse(id, elsewhere)];
    for (const key of [next, nextSigning]) assert.equal((await activate(id, key)).status, 200);
    const wanted = (await list(id)).find((key) => key.id === nextSigning);
    for (const [at, connections] of [needs.connections, elsewhere].entries()) {
      const now = await keysInUse(id, connections);
      assert.equal(now['signing']?.[0], derOf(wanted!.certificate));
      assert.equal(now['signing']?.[1], seen[at]?.['signing']?.[0], 'retired, and still in the metadata');
      assert.deepEqual([...now['decryption']!].sort(), [...seen[at]!['decryption']!].sort(), 'all of them decrypt');
    }
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'retired']);
  });

  test('change no revision: sign-ins on their way go on', async () => {
    const id = await connect();
    const before = await needs.connections.find(api.acme, id as ConnectionId);
    await activate(id, await makeNext(id));
    const now = await needs.connections.find(api.acme, id as ConnectionId);
    assert.deepEqual([now?.revision, now?.updatedAt], [before?.revision, before?.updatedAt]);
    assert.notEqual(now?.settings, before?.settings);
  });

  test('activating the active one changes nothing; a retired one may come back', async () => {
    const id = await connect();
    const [first] = (await list(id)).filter(({ use }) => use === 'signing');
    const next = await makeNext(id);
    await activate(id, next);
    const events = (await actions()).length;
    assert.equal((await activate(id, next)).status, 200);
    assert.equal((await actions()).length, events);
    assert.equal((await activate(id, first!.id)).status, 200);
    assert.deepEqual(
      (await list(id)).filter(({ use }) => use === 'signing').map((key) => [key.id, key.state]),
      [
        [first!.id, 'active'],
        [next, 'retired'],
      ],
    );
  });

  test('the active one is neither retired nor removed', async () => {
    const id = await connect();
    const [active] = await list(id);
    refused(await api.call('POST', pathOf(id, `/${active!.id}/retire`)), 409, 'own_keys.key_active');
    refused(await api.call('DELETE', pathOf(id, `/${active!.id}`)), 409, 'own_keys.key_active');
    refused(await activate(id, active!.id, { at: '2030-01-01T00:00:00Z' }), 409, 'own_keys.key_active');
  });

  test('a key that waits is retired or removed, and a removed one decrypts no longer', async () => {
    const id = await connect();
    const key = await makeNext(id, 'decryption');
    assert.equal((await api.call('POST', pathOf(id, `/${key}/retire`))).body['state'], 'retired');
    assert.equal((await keysInUse(id))['decryption']?.length, 2);
    assert.equal((await api.call('DELETE', pathOf(id, `/${key}`))).status, 204);
    assert.equal((await keysInUse(id))['decryption']?.length, 1);
    assert.equal((await keysInUse(id, elsewhere))['decryption']?.length, 1);
    refused(await api.call('DELETE', pathOf(id, `/${key}`)), 404, 'own_keys.key_unknown');
    assert.deepEqual((await actions()).slice(0, 3), [
      'identity-provider.key-removed',
      'identity-provider.key-retired',
      'identity-provider.key-made',
    ]);
  });

  test('there are not more of a use than anybody needs', async () => {
    const id = await connect();
    for (let at = 1; at < 6; at += 1) await activate(id, await makeNext(id));
    refused(await make(id, 'signing'), 409, 'own_keys.too_many');
  });

  test('an expired one is not activated', async () => {
    const id = await connect();
    const key = await makeNext(id);
    await api.store
      .db()
      .updateTable('connection_keys')
      .set({ expires_at: world.now().getTime() })
      .where('id', '=', key)
      .execute();
    refused(await activate(id, key), 409, 'own_keys.key_expired');
  });

  test('belong to one connection of one tenant', async () => {
    const [id, other] = [await connect(), await connect()];
    const key = await makeNext(id);
    for (const answer of [await activate(other, key), await api.call('DELETE', pathOf(other, `/${key}`))])
      refused(answer, 404, 'own_keys.key_unknown');
    for (const [method, more] of [
      ['GET', ''],
      ['DELETE', `/${key}`],
      ['POST', `/${key}/activate`],
      ['POST', `/${key}/retire`],
    ] as const)
      refused(await api.call(method, pathOf(id, more), { tenant: 'globex' }), 404, 'upstream.connection_unknown');
    assert.deepEqual(await statesOf(id, 'signing'), ['active', 'next']);
  });

  test('are read with one permission and changed with another', async () => {
    const id = await connect();
    const [key] = await list(id);
    const [auditor, nobody] = [await makeUser('Auditor'), await makeUser('User')];
    assert.equal((await api.call('GET', pathOf(id), { as: auditor })).status, 200);
    refused(await api.call('GET', pathOf(id), { as: nobody }), 403, 'authorization.forbidden');
    for (const [method, more, body] of [
      ['POST', '', { use: 'signing' }],
      ['POST', `/${key!.id}/activate`, undefined],
      ['POST', `/${key!.id}/retire`, undefined],
      ['DELETE', `/${key!.id}`, undefined],
    ] as const)
      refused(await api.call(method, pathOf(id, more), { as: auditor, body }), 403, 'authorization.forbidden');
  });

  test('the first key of a use that nothing signs with yet is active: it can be handed over before the setting is changed', async () => {
    const basic = { ...oidc, clientAuthentication: 'client_secret_basic', clientSecret: 'the-client-secret' };
    const created = await api.call('POST', '/identity-providers', { body: { kind: 'oidc', name: 'Acme', oidc: basic } });
    const id = created.body.id;
    const key = await makeNext(id, 'client-assertion');
    const change = { enabled: false, oidc: { clientAuthentication: 'private_key_jwt', clientSecret: null } };
    const patched = await api.call('PATCH', `/identity-providers/${id}?override=test`, { body: change });
    assert.ok(patched.status < 300, JSON.stringify(patched.body));
    assert.deepEqual(
      (await list(id)).map((one) => [one.id, one.state]),
      [[key, 'active']],
    );
  });
});
