import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type ConnectionId, newId, type TenantId } from '#kernel/ids.ts';
import { createTenantUrls } from '#tenants/index.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import type { StoredConnection } from '../connection-register.ts';
import { connectionDocument } from '../connections.schema.ts';
import { createConnectionStore } from '../connections.sql.ts';
import { createRegistry } from '../registry.ts';
import type { Revision, RevisionRegister } from './revision.ts';
import { createRevisionStore, REVISIONS_KEPT } from './revisions.sql.ts';

let given: TestTenants;
let acme: TenantId;
let revisions: RevisionRegister;
let connections: ReturnType<typeof createConnectionStore>;
const id = 'idp_one' as ConnectionId;
const other = 'idp_other' as ConnectionId;

before(async () => {
  given = await openTestTenants();
  acme = given.acme;
});
beforeEach(async () => {
  for (const table of ['connections', 'connection_revisions', 'connection_keys'] as const)
    await given.store.db().deleteFrom(table).execute();
  revisions = createRevisionStore(given);
  const urls = createTenantUrls([{ region: 'na', template: 'https://sso.example.com/t/{tenant}' }]);
  connections = createConnectionStore({ ...given, registry: createRegistry({ allowPrivateNetwork: false }), urls });
});
after(() => given.close());

const oidc = {
  issuer: 'https://idp.acme.example',
  clientId: 'c',
  authorizationEndpoint: 'https://idp.acme.example/a',
  tokenEndpoint: 'https://idp.acme.example/t',
  jwksUri: 'https://idp.acme.example/k',
};
const documentOf = (change: Record<string, unknown> = {}) =>
  connectionDocument.parse({ kind: 'oidc', name: 'Acme', slug: 'acme', enabled: true, oidc, ...change });

function revision(number: number, change: Partial<Revision> = {}): Revision {
  const at = given.world.now();
  return {
    number,
    state: 'superseded',
    base: number === 1 ? null : number - 1,
    origin: 'changed',
    source: null,
    document: documentOf(),
    secrets: { clientSecret: `secret-${number}` },
    madeAt: at,
    madeBy: { kind: 'operator' },
    activatedAt: at,
    activatedBy: { kind: 'user', id: 'usr_1' },
    override: null,
    verification: null,
    ...change,
  };
}
const numbers = async (limit = 500, before?: number) =>
  (await revisions.list(acme, id, { limit, before })).map(({ number }) => number);

describe('A revision', () => {
  test('is read as it was added, in its tenant and of its provider only', async () => {
    const added = revision(1, {
      state: 'live',
      override: 'why',
      verification: { verification: 'ver_1', passed: true, at: new Date(5) },
    });
    await revisions.add(acme, id, added);
    assert.deepEqual(await revisions.read(acme, id, 1), added);
    assert.equal(await revisions.read(given.globex, id, 1), undefined);
    assert.equal(await revisions.read(acme, other, 1), undefined);
    for (const odd of [0, 2, -1, 1.5, Number.NaN, 2 ** 40])
      assert.equal(await revisions.read(acme, id, odd), undefined, `${odd}`);
  });

  test('is listed newest first, by pages', async () => {
    for (const number of [1, 2, 3, 4]) await revisions.add(acme, id, revision(number));
    assert.deepEqual(await numbers(), [4, 3, 2, 1]);
    assert.deepEqual(await numbers(2), [4, 3]);
    assert.deepEqual(await numbers(2, 3), [2, 1]);
    assert.deepEqual(await revisions.list(given.globex, id, { limit: 9 }), []);
    assert.deepEqual([await revisions.newest(acme, id), await revisions.newest(acme, other)], [4, 0]);
  });

  test('that is staged is found; there is never a second one, nor a second current one', async () => {
    await revisions.add(acme, id, revision(1, { state: 'live' }));
    await revisions.add(acme, id, revision(2, { state: 'staged' }));
    assert.equal((await revisions.findStaged(acme, id))?.number, 2);
    assert.equal(await revisions.findStaged(given.globex, id), undefined);
    assert.equal(await revisions.findStaged(acme, other), undefined);
    await assert.rejects(revisions.add(acme, id, revision(3, { state: 'staged' })));
    await assert.rejects(revisions.add(acme, id, revision(3, { state: 'draft' })));
    await assert.rejects(revisions.add(acme, id, revision(2)));
  });

  test('that is current or staged is listed for several providers at once', async () => {
    await revisions.add(acme, id, revision(1));
    await revisions.add(acme, id, revision(2, { state: 'live' }));
    await revisions.add(acme, id, revision(3, { state: 'staged' }));
    await revisions.add(acme, other, revision(1, { state: 'draft' }));
    const open = await revisions.listOpen(acme, [id, other, 'idp_none' as ConnectionId]);
    const found = [...open].map(([one, { current, staged }]) => [one, current?.number, staged?.number]);
    assert.deepEqual(found.sort(), [
      [id, 2, 3],
      [other, 1, undefined],
    ]);
    assert.equal((await revisions.listOpen(given.globex, [id])).size, 0);
    assert.equal((await revisions.listOpen(acme, [])).size, 0);
  });

  test('changes its state only from the one that is expected', async () => {
    await revisions.add(acme, id, revision(1, { state: 'staged', activatedAt: null, activatedBy: null }));
    const at = given.world.now();
    const live = { state: 'live', at, by: { kind: 'operator' }, override: 'because' } as const;
    assert.equal(await revisions.mark(given.globex, { id, revision: 1, from: ['staged'] }, live), false);
    assert.equal(await revisions.mark(acme, { id, revision: 1, from: ['staged'] }, live), true);
    assert.equal(await revisions.mark(acme, { id, revision: 1, from: ['staged'] }, live), false, 'somebody else was faster');
    const found = await revisions.read(acme, id, 1);
    assert.deepEqual(
      [found?.state, found?.activatedAt, found?.activatedBy, found?.override],
      ['live', at, { kind: 'operator' }, 'because'],
    );
    assert.equal(await revisions.mark(acme, { id, revision: 1, from: ['live', 'draft'] }, { state: 'superseded' }), true);
    assert.equal((await revisions.read(acme, id, 1))?.override, 'because', 'why it went live stays');
  });

  test('keeps what Verify found last, on this very one', async () => {
    for (const number of [1, 2]) await revisions.add(acme, id, revision(number));
    const note = (passed: boolean, at: number) => ({ verification: `ver_${at}`, passed, at: new Date(at) });
    assert.equal(await revisions.noteVerification(acme, id, 1, note(true, 10)), true);
    assert.equal(await revisions.noteVerification(acme, id, 1, note(false, 20)), true);
    assert.deepEqual((await revisions.read(acme, id, 1))?.verification, note(false, 20));
    assert.equal((await revisions.read(acme, id, 2))?.verification, null);
    assert.equal(await revisions.noteVerification(acme, id, 9, note(true, 1)), false);
    assert.equal(await revisions.noteVerification(given.globex, id, 1, note(true, 1)), false);
  });

  test('has secrets that open in no other revision and at no other provider', async () => {
    for (const number of [1, 2]) await revisions.add(acme, id, revision(number));
    await revisions.add(acme, other, revision(1));
    const rows = await given.store.db().selectFrom('connection_revisions').selectAll().execute();
    const sealed = rows.find((row) => row.connection_id === id && row.revision === 1)?.sealed_secrets;
    assert.doesNotMatch(JSON.stringify(rows), /secret-1/);
    for (const [connection, number] of [
      [id, 2],
      [other, 1],
    ] as const) {
      const place = given.store
        .db()
        .updateTable('connection_revisions')
        .set({ sealed_secrets: sealed ?? null });
      await place.where('connection_id', '=', connection).where('revision', '=', number).execute();
      await assert.rejects(revisions.read(acme, connection, number));
    }
    assert.deepEqual((await revisions.read(acme, id, 1))?.secrets, { clientSecret: 'secret-1' });
  });
});

describe('The last 200 revisions', () => {
  test('are kept, and with them the live and the staged one, however old', async () => {
    await revisions.add(acme, other, revision(1));
    await revisions.add(acme, id, revision(1, { state: 'live' }));
    await revisions.add(acme, id, revision(2, { state: 'staged' }));
    await revisions.add(acme, id, revision(3, { state: 'discarded' }));
    await revisions.add(acme, id, revision(4));
    await revisions.add(acme, id, revision(5));
    await revisions.add(acme, id, revision(REVISIONS_KEPT + 4));
    assert.deepEqual(await numbers(), [REVISIONS_KEPT + 4, 5, 2, 1]);
    assert.equal(await revisions.newest(acme, other), 1, 'those of another provider are not counted');
  });
});

async function insert(change: Partial<StoredConnection> = {}): Promise<StoredConnection> {
  const at = given.world.now();
  const times = { createdAt: at, updatedAt: at };
  const content = { document: documentOf(), secrets: { clientSecret: 'live' } };
  const connection = {
    id: newId<ConnectionId>('idp', given.world),
    slug: 'acme',
    revision: 3,
    trustRevision: 2,
    ...content,
    ...times,
    ...change,
  };
  assert.equal(await connections.insert(acme, connection), 'inserted');
  return connection;
}

describe('A connection as one of its revisions has it', () => {
  test('has the settings, secrets and policy of that one, and is trusted from it on', async () => {
    const { id: one } = await insert();
    const staged = documentOf({ name: 'Staged', oidc: { ...oidc, clientId: 'd' }, users: { create: true } });
    await revisions.add(acme, one, revision(4, { state: 'staged', document: staged }));
    const found = await connections.findRevision(acme, one, 4);
    const settings = found?.settings as Record<string, unknown>;
    assert.deepEqual([settings['clientId'], settings['clientSecret']], ['d', 'secret-4']);
    assert.deepEqual([found?.name, found?.revision, found?.trustRevision, found?.policy.users.create], ['Staged', 4, 4, true]);
    assert.equal(await connections.findRevision(given.globex, one, 4), undefined);
    assert.equal(await connections.findRevision(acme, one, 9), undefined);
    assert.equal(await connections.findRevision(acme, 'idp_nobody' as ConnectionId, 4), undefined);
  });

  test('is never what a sign-in finds, before or after it was asked for', async () => {
    const { id: one } = await insert();
    await revisions.add(acme, one, revision(4, { state: 'staged', document: documentOf({ name: 'Staged' }) }));
    await revisions.add(acme, one, revision(2, { document: documentOf({ name: 'Old' }) }));
    const live = async () => [(await connections.find(acme, one))?.name, (await connections.findBySlug(acme, 'acme'))?.name];
    await connections.findRevision(acme, one, 4);
    assert.deepEqual(await live(), ['Acme', 'Acme']);
    await connections.findRevision(acme, one, 4);
    await connections.findRevision(acme, one, 2);
    assert.deepEqual(await live(), ['Acme', 'Acme']);
    assert.equal((await connections.findRevision(acme, one, 4))?.name, 'Staged');
    assert.equal(
      await connections.findRevision(acme, one, 3),
      await connections.find(acme, one),
      'the current one is the live one',
    );
  });

  test('goes with it', async () => {
    const { id: one } = await insert();
    await revisions.add(acme, one, revision(3));
    await revisions.add(acme, other, revision(3));
    await connections.remove(acme, one);
    assert.equal(await revisions.read(acme, one, 3), undefined);
    assert.notEqual(await revisions.read(acme, other, 3), undefined);
  });
});

describe('Bringing an installation of the first release up to date', () => {
  test('gives each provider a first revision, its secrets readable, and lets sign-ins under way go on', async () => {
    const on = await insert({ revision: 7 });
    const off = await insert({ revision: 2, slug: 'off', document: documentOf({ slug: 'off', enabled: false }), secrets: {} });
    await undo();
    await given.store.migrate();
    for (const [{ id: one, revision: number, document, secrets }, state] of [
      [on, 'live'],
      [off, 'draft'],
    ] as const) {
      const [first, ...others] = await revisions.list(acme, one, { limit: 9 });
      assert.deepEqual(
        [first?.number, first?.state, first?.origin, first?.base, others.length],
        [number, state, 'upgraded', null, 0],
      );
      assert.deepEqual([first?.document, first?.secrets, first?.madeBy], [document, secrets, { kind: 'system' }]);
      const stored = await connections.read(acme, one);
      assert.deepEqual([stored?.trustRevision, stored?.revision], [number, number]);
    }
  });

  /** As 0001 left it. */
  async function undo(): Promise<void> {
    const { schema } = given.store.db();
    await schema.dropTable('connection_revisions').execute();
    await schema.alterTable('connections').dropColumn('trust_revision').execute();
    await given.store.db().deleteFrom('migrations').where('name', '=', '0002-revisions').execute();
  }
});
