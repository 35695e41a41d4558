import { createHash } from 'node:crypto';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import type { Store } from '#sql/store.ts';
import type { Attempt, AttemptStore, Kept, SpentStore } from './attempts.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const placeOf = (tenant: TenantId, handleHash: string): string => `attempts.remember/${tenant}/${handleHash}`;

export function createAttemptStore({ store, keyring }: { store: Store; keyring: Keyring }): AttemptStore {
  const find = (tenant: TenantId, handleHash: string) =>
    store
      .db()
      .selectFrom('attempts')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .where('handle_hash', '=', handleHash)
      .executeTakeFirst();
  const unseal = (tenant: TenantId, row: { handle_hash: string; sealed_remember: string }): Kept =>
    JSON.parse(keyring.unseal(placeOf(tenant, row.handle_hash), row.sealed_remember)) as Kept;
  return {
    async save(tenant, handle, attempt) {
      const handleHash = hashOf(handle);
      // Lost in a power cut, it is an unknown attempt: the person starts again.
      await store.transactLightly(() =>
        store
          .db()
          .insertInto('attempts')
          .values({
            tenant_id: tenant,
            handle_hash: handleHash,
            connection_id: attempt.connectionId,
            connection_revision: attempt.connectionRevision,
            browser_hash: attempt.browserHash,
            return_to: attempt.returnTo,
            sealed_remember: keyring.seal(placeOf(tenant, handleHash), JSON.stringify(attempt.kept)),
            created_at: attempt.createdAt.getTime(),
            expires_at: attempt.expiresAt.getTime(),
            taken_at: null,
          })
          .execute(),
      );
    },
    async take(tenant, handle, { browserHash, now }) {
      const handleHash = hashOf(handle);
      // Whoever signs in commits durably after this, and this with it; a replay of what was not on disk then is caught by `spent`.
      const row = await store.transactLightly(() =>
        store
          .db()
          .updateTable('attempts')
          .set({ taken_at: now.getTime() })
          .where('tenant_id', '=', tenant)
          .where('handle_hash', '=', handleHash)
          .where('browser_hash', '=', browserHash)
          .where('taken_at', 'is', null)
          .returningAll()
          .executeTakeFirst(),
      );
      if (row) return { kind: 'taken', attempt: readAttempt(row, unseal(tenant, row)) };
      const left = await find(tenant, handleHash);
      if (!left) return { kind: 'unknown' };
      return {
        kind: left.browser_hash === browserHash ? 'taken-before' : 'other-browser',
        reference: unseal(tenant, left).reference,
      };
    },
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('attempts').select('handle_hash').where('expires_at', '<', now.getTime()).limit(limit);
      const { numDeletedRows } = await store.db().deleteFrom('attempts').where('handle_hash', 'in', old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function readAttempt(
  row: {
    connection_id: string;
    connection_revision: number;
    browser_hash: string;
    return_to: string;
    created_at: number;
    expires_at: number;
  },
  kept: Kept,
): Attempt {
  return {
    connectionId: row.connection_id as ConnectionId,
    connectionRevision: row.connection_revision,
    browserHash: row.browser_hash,
    returnTo: row.return_to,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    kept,
  };
}

export function createSpentStore({ store }: { store: Store }): SpentStore {
  return {
    async spend(tenant, scope, id, until) {
      const { numInsertedOrUpdatedRows } = await store
        .db()
        .insertInto('spent')
        .values({ tenant_id: tenant, scope, id_hash: hashOf(id), expires_at: until.getTime() })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(numInsertedOrUpdatedRows) === 1;
    },
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('spent').select('id_hash').where('expires_at', '<', now.getTime()).limit(limit);
      const { numDeletedRows } = await store
        .db()
        .deleteFrom('spent')
        .where('expires_at', '<', now.getTime())
        .where('id_hash', 'in', old)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
