import type { Selectable } from 'kysely';
import type { Actor } from '#audit/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { ConnectionDocument } from '../connections.schema.ts';
import type { OpenRevisions, Revision, RevisionMark, RevisionOrigin, RevisionRegister, RevisionState } from './revision.ts';

/** Revisions kept of one identity provider: years of changes by people, months of a provider whose metadata changes every day. */
export const REVISIONS_KEPT = 200;

export interface RevisionStoreNeeds {
  store: Store;
  keyring: Keyring;
}

type Row = Selectable<Tables['connection_revisions']>;
type Key = { tenant: TenantId; id: ConnectionId };

/** Revisions in the database, secrets sealed for tenant, connection and revision. */
export function createRevisionStore({ store, keyring }: RevisionStoreNeeds): RevisionRegister {
  const select = (key: Key) => of(store, key).selectAll();
  const readOne = (row: Row | undefined) => row && toRevision(keyring, row);
  return {
    async list(tenant, id, { limit, before }) {
      const rows = select({ tenant, id }).orderBy('revision', 'desc').limit(limit);
      const page = before === undefined ? rows : rows.where('revision', '<', before);
      return (await page.execute()).map((row) => toRevision(keyring, row));
    },
    async read(tenant, id, revision) {
      if (!Number.isSafeInteger(revision) || revision > LARGEST) return undefined;
      return readOne(await select({ tenant, id }).where('revision', '=', revision).executeTakeFirst());
    },
    findStaged: async (tenant, id) => readOne(await select({ tenant, id }).where('state', '=', 'staged').executeTakeFirst()),
    listOpen: (tenant, ids) => listOpen({ store, keyring }, tenant, ids),
    newest: (tenant, id) => newest(store, { tenant, id }),
    async add(tenant, id, revision) {
      await store
        .db()
        .insertInto('connection_revisions')
        .values(toRow(keyring, { tenant, id }, revision))
        .execute();
      await forgetOld(store, { tenant, id }, revision.number);
    },
    mark: (tenant, at, mark) => markRow(store, { tenant, ...at }, mark),
    // oxlint-disable-next-line max-params -- tenant, connection and number name one revision, as in every call of this port
    async noteVerification(tenant, id, revision, { verification, passed, at }) {
      const note = { verification_id: verification, verification_passed: passed ? 1 : 0, verified_at: at.getTime() };
      const update = store.db().updateTable('connection_revisions').set(note).where('tenant_id', '=', tenant);
      const one = update.where('connection_id', '=', id).where('revision', '=', revision);
      return (await one.executeTakeFirst()).numUpdatedRows === 1n;
    },
    async removeAll(tenant, id) {
      const rows = store.db().deleteFrom('connection_revisions').where('tenant_id', '=', tenant);
      await rows.where('connection_id', '=', id).execute();
    },
  };
}

/** The largest number that both engines take as an integer. */
const LARGEST = 2 ** 31 - 1;

const of = (store: Store, { tenant, id }: Key) =>
  store.db().selectFrom('connection_revisions').where('tenant_id', '=', tenant).where('connection_id', '=', id);

async function listOpen(
  { store, keyring }: RevisionStoreNeeds,
  tenant: TenantId,
  ids: readonly ConnectionId[],
): Promise<Map<ConnectionId, OpenRevisions>> {
  const found = new Map<ConnectionId, OpenRevisions>();
  if (ids.length === 0) return found;
  const rows = store.db().selectFrom('connection_revisions').selectAll().where('tenant_id', '=', tenant);
  const open = rows.where('connection_id', 'in', ids).where('state', 'in', ['live', 'draft', 'staged']);
  for (const row of await open.execute()) {
    const id = row.connection_id as ConnectionId;
    const as = row.state === 'staged' ? 'staged' : 'current';
    found.set(id, { ...found.get(id), [as]: toRevision(keyring, row) });
  }
  return found;
}

async function newest(store: Store, key: Key): Promise<number> {
  const row = await of(store, key)
    .select(({ fn }) => fn.max('revision').as('newest'))
    .executeTakeFirst();
  return Number(row?.newest ?? 0);
}

async function forgetOld(store: Store, { tenant, id }: Key, newestNumber: number): Promise<void> {
  const rows = store.db().deleteFrom('connection_revisions').where('tenant_id', '=', tenant).where('connection_id', '=', id);
  const old = rows.where('revision', '<=', newestNumber - REVISIONS_KEPT);
  await old.where('state', 'in', ['superseded', 'discarded']).execute();
}

async function markRow(
  store: Store,
  { tenant, id, revision, from }: Key & { revision: number; from: readonly RevisionState[] },
  mark: RevisionMark,
): Promise<boolean> {
  const activation =
    'at' in mark
      ? { activated_at: mark.at.getTime(), activated_by: JSON.stringify(mark.by), override_reason: mark.override }
      : {};
  const update = store
    .db()
    .updateTable('connection_revisions')
    .set({ state: mark.state, ...activation });
  const one = update.where('tenant_id', '=', tenant).where('connection_id', '=', id).where('revision', '=', revision);
  return (await one.where('state', 'in', from).executeTakeFirst()).numUpdatedRows === 1n;
}

/** Where secrets lie: sealed for one revision, they open at no other. */
const placeOf = ({ tenant_id, connection_id, revision, sealed_for }: Place): string =>
  sealed_for === 'revision'
    ? `connection_revisions.sealed_secrets:${JSON.stringify([tenant_id, connection_id, revision])}`
    : `connections.sealed_secrets:${JSON.stringify([tenant_id, connection_id])}`;
type Place = Pick<Row, 'tenant_id' | 'connection_id' | 'revision' | 'sealed_for'>;

function toRow(keyring: Keyring, { tenant, id }: Key, revision: Revision): Row {
  const { secrets, verification } = revision;
  const place = { tenant_id: tenant, connection_id: id, revision: revision.number, sealed_for: 'revision' } as const;
  return {
    ...place,
    state: revision.state,
    base_revision: revision.base,
    origin: revision.origin,
    source_revision: revision.source,
    document: JSON.stringify(revision.document),
    sealed_secrets: Object.keys(secrets).length === 0 ? null : keyring.seal(placeOf(place), JSON.stringify(secrets)),
    made_at: revision.madeAt.getTime(),
    made_by: JSON.stringify(revision.madeBy),
    activated_at: revision.activatedAt?.getTime() ?? null,
    activated_by: revision.activatedBy && JSON.stringify(revision.activatedBy),
    override_reason: revision.override,
    verification_id: verification?.verification ?? null,
    verification_passed: verification && (verification.passed ? 1 : 0),
    verified_at: verification?.at.getTime() ?? null,
  };
}

/** @throws Error when the secrets are sealed for another place */
function toRevision(keyring: Keyring, row: Row): Revision {
  const secrets = row.sealed_secrets === null ? '{}' : keyring.unseal(placeOf(row), row.sealed_secrets);
  return {
    number: row.revision,
    state: row.state,
    base: row.base_revision,
    origin: row.origin as RevisionOrigin,
    source: row.source_revision,
    document: JSON.parse(row.document) as ConnectionDocument,
    secrets: JSON.parse(secrets) as Record<string, string>,
    madeAt: new Date(row.made_at),
    madeBy: JSON.parse(row.made_by) as Actor,
    activatedAt: row.activated_at === null ? null : new Date(row.activated_at),
    activatedBy: row.activated_by === null ? null : (JSON.parse(row.activated_by) as Actor),
    override: row.override_reason,
    verification:
      row.verification_id === null
        ? null
        : { verification: row.verification_id, passed: row.verification_passed === 1, at: new Date(row.verified_at ?? 0) },
  };
}
