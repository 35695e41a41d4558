import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Artifact, ArtifactKind, ArtifactStore, KeptArtifact } from './artifacts.ts';
import { grantPrefixOf } from './grants.ts';

type Row = Tables['oidc_artifacts'];

const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');

export function createArtifactStore({ store }: { store: Store }): ArtifactStore {
  const remove = (tenant: TenantId) => store.db().deleteFrom('oidc_artifacts').where('tenant_id', '=', tenant);
  return {
    async find(tenant, kind, id) {
      const row = await store.db().selectFrom('oidc_artifacts').selectAll()
        .where('tenant_id', '=', tenant).where('kind', '=', kind).where('id_hash', '=', hash(id)).executeTakeFirst();
      return row ? toArtifact(row) : undefined;
    },
    async put(tenant, kind, id, artifact) {
      const { tenant_id, kind: ofKind, id_hash, consumed_at, ...content } = toRow(tenant, { kind, id }, artifact);
      await store.db().insertInto('oidc_artifacts').values({ tenant_id, kind: ofKind, id_hash, consumed_at, ...content })
        // What is spent stays spent, whatever is written over it.
        .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'id_hash']).doUpdateSet(content)).execute();
    },
    async add(tenant, kind, id, artifact) {
      const { numInsertedOrUpdatedRows } = await store.db().insertInto('oidc_artifacts').values(toRow(tenant, { kind, id }, artifact))
        .onConflict((conflict) => conflict.columns(['tenant_id', 'kind', 'id_hash']).doNothing()).executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async consume(tenant, kind, id, at) {
      const { numUpdatedRows } = await store.db().updateTable('oidc_artifacts').set({ consumed_at: at.getTime() })
        .where('tenant_id', '=', tenant).where('kind', '=', kind).where('id_hash', '=', hash(id)).where('consumed_at', 'is', null).executeTakeFirst();
      if (numUpdatedRows === 1n) return 'consumed';
      return (await this.find(tenant, kind, id)) ? 'spent' : 'gone';
    },
    async remove(tenant, kind, id) {
      await remove(tenant).where('kind', '=', kind).where('id_hash', '=', hash(id)).execute();
    },
    async endOfGrant(tenant, grantId) {
      await remove(tenant).where('grant_id', '=', grantId).execute();
    },
    async endOfSessions(tenant, uids) {
      if (uids.length > 0) await remove(tenant).where('uid', 'in', [...uids]).execute();
    },
    async moveToSession(tenant, from, to) {
      await store.db().updateTable('oidc_artifacts').set({ uid: to }).where('tenant_id', '=', tenant).where('uid', '=', from).execute();
    },
    async endOfAccount(tenant, accountId) {
      await remove(tenant).where('account_id', '=', accountId).where('kind', '<>', 'Consent').execute();
    },
    async endOfApplication(tenant, applicationId) {
      const prefix = grantPrefixOf(applicationId);
      // Not LIKE: `_` is a wildcard in it, and SQLite's has no regard for case.
      await remove(tenant).where(sql`substr(grant_id, 1, ${sql.lit(prefix.length)})`, '=', prefix).execute();
    },
  };
}

function toRow(tenant: TenantId, { kind, id }: { kind: ArtifactKind; id: string }, artifact: Artifact): Row {
  return {
    tenant_id: tenant,
    kind,
    id_hash: hash(id),
    payload: JSON.stringify(artifact.payload),
    grant_id: artifact.grantId,
    uid: artifact.sessionUid,
    account_id: artifact.accountId,
    expires_at: artifact.expiresAt?.getTime() ?? null,
    consumed_at: null,
  };
}

function toArtifact(row: Row): KeptArtifact {
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
  const over = store.db().selectFrom('oidc_artifacts').select(['tenant_id', 'kind', 'id_hash'])
    .where('expires_at', '<', now.getTime() - GRACE_MILLISECONDS).limit(ARTIFACT_BATCH);
  const { numDeletedRows } = await store.db().deleteFrom('oidc_artifacts')
    .where(({ eb, refTuple }) => eb(refTuple('tenant_id', 'kind', 'id_hash'), 'in', over.$asTuple('tenant_id', 'kind', 'id_hash')))
    .executeTakeFirst();
  return Number(numDeletedRows);
}
