import { hash as digestOf } from 'node:crypto';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Keyring } from '#sql/keyring.ts';
import { type Given, statement } from '#sql/statement.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { Attempt, AttemptStore, Kept, SpentStore } from './attempts.ts';

const hashOf = (text: string): string => digestOf('sha256', text, 'base64url');
const placeOf = (tenant: TenantId, handleHash: string): string => `attempts.remember/${tenant}/${handleHash}`;

export function createAttemptStore({ store, keyring }: { store: Store; keyring: Keyring }): AttemptStore {
  const unseal = (place: string, sealed: string): Kept => ({
    // Attempts of the release before have no purpose, and were all sign-ins.
    purpose: { kind: 'sign-in' },
    ...(JSON.parse(keyring.unseal(place, sealed)) as Omit<Kept, 'purpose'>),
  });
  return {
    async save(tenant, handle, attempt) {
      const handleHash = hashOf(handle);
      const sealed = keyring.seal(placeOf(tenant, handleHash), JSON.stringify(attempt.kept));
      const row = { tenant_id: tenant, handle_hash: handleHash, ...columnsOf(attempt), sealed_remember: sealed, taken_at: null };
      // Lost in a power cut, it is an unknown attempt: the person starts again.
      await store.transactLightly(() => store.change(insert, row));
    },
    async take(tenant, handle, { browserHash, now }) {
      const handleHash = hashOf(handle);
      const place = placeOf(tenant, handleHash);
      const by = { tenant, handleHash, browserHash, now: now.getTime() };
      // Whoever signs in commits durably after this, and this with it; a replay of what was not on disk then is caught by `spent`.
      const row = await store.transactLightly(() => store.first(take, by));
      if (row) return { kind: 'taken', attempt: readAttempt(row, unseal(place, row.sealed_remember)) };
      const left = await store.first(find, { tenant, handleHash });
      if (!left) return { kind: 'unknown' };
      return {
        kind: left.browser_hash === browserHash ? 'taken-before' : 'other-browser',
        reference: unseal(place, left.sealed_remember).reference,
      };
    },
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('attempts').select('handle_hash').where('expires_at', '<', now.getTime()).limit(limit);
      // The time once more, for its index.
      const over = store.db().deleteFrom('attempts').where('expires_at', '<', now.getTime());
      const { numDeletedRows } = await over.where('handle_hash', 'in', old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

type Row = Tables['attempts'];

/** What `readAttempt` reads beside what is sealed. */
const columns = ['connection_id', 'connection_revision', 'browser_hash', 'return_to', 'created_at', 'expires_at'] as const;
type AttemptColumns = Pick<Row, (typeof columns)[number]>;

const insert = statement((db, row: Given<Row>) => db.insertInto('attempts').values(row));

const take = statement((db, given: Given<{ tenant: string; handleHash: string; browserHash: string; now: number }>) =>
  db
    .updateTable('attempts')
    .set({ taken_at: given.now })
    .where('tenant_id', '=', given.tenant)
    .where('handle_hash', '=', given.handleHash)
    .where('browser_hash', '=', given.browserHash)
    .where('taken_at', 'is', null)
    .returning([...columns, 'sealed_remember']),
);

const find = statement((db, { tenant, handleHash }: Given<{ tenant: string; handleHash: string }>) =>
  db
    .selectFrom('attempts')
    .select(['browser_hash', 'sealed_remember'])
    .where('tenant_id', '=', tenant)
    .where('handle_hash', '=', handleHash),
);

function columnsOf(attempt: Attempt): AttemptColumns {
  return {
    connection_id: attempt.connectionId,
    connection_revision: attempt.connectionRevision,
    browser_hash: attempt.browserHash,
    return_to: attempt.returnTo,
    created_at: attempt.createdAt.getTime(),
    expires_at: attempt.expiresAt.getTime(),
  };
}

function readAttempt(row: AttemptColumns, kept: Kept): Attempt {
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
    async spend(...[tenant, scope, id, until]) {
      const row = { tenant_id: tenant, scope, id_hash: hashOf(id), expires_at: until.getTime() };
      return (await store.change(spend, row)) === 1;
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

const spend = statement((db, row: Given<Tables['spent']>) =>
  db
    .insertInto('spent')
    .values(row)
    .onConflict((there) => there.doNothing()),
);
