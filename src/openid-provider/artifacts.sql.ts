import { hash as digestOf } from 'node:crypto';
import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Artifact, ArtifactKey, ArtifactStore, KeptArtifact } from './artifacts.ts';
import { grantPrefixOf } from './grants.ts';

type Row = Tables['oidc_artifacts'];

const hash = (id: string): string => digestOf('sha256', id, 'base64url');

interface Needs {
  readonly store: Store;
}

export function createArtifactStore({ store }: Needs): ArtifactStore {
  return { ...singles({ store }), ...families({ store }) };
}

type Key = Pick<Row, (typeof KEY)[number]>;

const at = (tenant: TenantId, { kind, id }: ArtifactKey): Key => ({
  tenant_id: tenant,
  kind,
  id_hash: hash(id),
});

const KEY = ['tenant_id', 'kind', 'id_hash'] as const;

type Singles = Pick<ArtifactStore, 'find' | 'put' | 'add' | 'consume' | 'remove'>;

function singles({ store }: Needs): Singles {
  const find: Singles['find'] = async (tenant, key) => {
    const row = await store.first(findByKey, at(tenant, key));
    return row && toArtifact(row);
  };
  const rowOf = (tenant: TenantId, key: ArtifactKey, artifact: Artifact): Row => ({
    ...at(tenant, key),
    ...contentOf(artifact),
    consumed_at: null,
  });
  return {
    find,
    put: async (tenant, key, artifact) => void (await store.change(put, rowOf(tenant, key, artifact))),
    add: async (tenant, key, artifact) => (await store.change(add, rowOf(tenant, key, artifact))) === 1,
    async consume(tenant, key, time) {
      const consumed = await store.change(consume, { ...at(tenant, key), time: time.getTime() });
      if (consumed === 1) return 'consumed';
      return (await find(tenant, key)) ? 'spent' : 'gone';
    },
    remove: async (tenant, key) => void (await store.change(remove, at(tenant, key))),
  };
}

const findByKey = statement((db, key: Given<Key>) =>
  db
    .selectFrom('oidc_artifacts')
    .select(['payload', 'grant_id', 'uid', 'account_id', 'expires_at', 'consumed_at'])
    .where((row) => row.and(key)),
);

/** What is spent stays spent, whatever is written over it. */
const put = statement((db, row: Given<Row>) =>
  db
    .insertInto('oidc_artifacts')
    .values(row)
    .onConflict((there) =>
      there.columns(KEY).doUpdateSet(({ ref }) => ({
        payload: ref('excluded.payload'),
        grant_id: ref('excluded.grant_id'),
        uid: ref('excluded.uid'),
        account_id: ref('excluded.account_id'),
        expires_at: ref('excluded.expires_at'),
      })),
    ),
);

const add = statement((db, row: Given<Row>) =>
  db
    .insertInto('oidc_artifacts')
    .values(row)
    .onConflict((there) => there.columns(KEY).doNothing()),
);

const consume = statement((db, { time, ...key }: Given<Key & { time: number }>) =>
  db
    .updateTable('oidc_artifacts')
    .set({ consumed_at: time })
    .where((row) => row.and(key))
    .where('consumed_at', 'is', null),
);

const remove = statement((db, key: Given<Key>) => db.deleteFrom('oidc_artifacts').where((row) => row.and(key)));

function families({ store }: Needs): Omit<ArtifactStore, keyof Singles> {
  const remove = (tenant: TenantId) => store.db().deleteFrom('oidc_artifacts').where('tenant_id', '=', tenant);
  return {
    async endOfGrant(tenant, grantId) {
      await remove(tenant).where('grant_id', '=', grantId).execute();
    },
    async endOfSessions(tenant, uids) {
      if (uids.length === 0) return;
      const resting = remove(tenant).where('uid', 'in', [...uids]);
      await resting.execute();
    },
    async moveToSession(tenant, from, to) {
      const move = store.db().updateTable('oidc_artifacts').set({ uid: to });
      await move.where('tenant_id', '=', tenant).where('uid', '=', from).execute();
    },
    async endOfAccount(tenant, accountId) {
      await remove(tenant).where('account_id', '=', accountId).where('kind', '<>', 'Consent').execute();
    },
    async endOfApplication(tenant, applicationId) {
      const prefix = grantPrefixOf(applicationId);
      // Not LIKE: `_` is a wildcard in it, and SQLite's has no regard for case.
      const start = sql<string>`substr(grant_id, 1, ${sql.lit(prefix.length)})`;
      await remove(tenant).where(start, '=', prefix).execute();
    },
  };
}

function contentOf(artifact: Artifact): Omit<Row, keyof Key | 'consumed_at'> {
  return {
    payload: JSON.stringify(artifact.payload),
    grant_id: artifact.grantId,
    uid: artifact.sessionUid,
    account_id: artifact.accountId,
    expires_at: artifact.expiresAt?.getTime() ?? null,
  };
}

function toArtifact(row: Omit<Row, keyof Key>): KeptArtifact {
  return {
    payload: JSON.parse(row.payload),
    grantId: row.grant_id,
    sessionUid: row.uid,
    accountId: row.account_id as UserId | null,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    consumedAt: row.consumed_at === null ? null : new Date(row.consumed_at),
  };
}

/** Artifacts removed in one statement: housekeeping never holds the store for long. */
export const ARTIFACT_BATCH = 1000;

/** A spent code or refresh token is remembered until it would have expired anyway, so that its reuse is recognised; then nobody asks. */
const GRACE_MILLISECONDS = 60_000;

/**
 * Removes what is over, at most one batch.
 * @returns how many; call again while it is a full batch
 */
export async function removeExpiredArtifacts({ store }: { store: Store }, now: Date): Promise<number> {
  const over = store
    .db()
    .selectFrom('oidc_artifacts')
    .select(['tenant_id', 'kind', 'id_hash'])
    .where('expires_at', '<', now.getTime() - GRACE_MILLISECONDS)
    .limit(ARTIFACT_BATCH);
  const { numDeletedRows } = await store
    .db()
    .deleteFrom('oidc_artifacts')
    .where(({ eb, refTuple }) =>
      eb(refTuple('tenant_id', 'kind', 'id_hash'), 'in', over.$asTuple('tenant_id', 'kind', 'id_hash')),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
