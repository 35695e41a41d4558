import { hash as digestOf } from 'node:crypto';
import { sql } from 'kysely';
import type { TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tried, TriesRule, TriesStore } from './tries.ts';

const hashOf = (key: string): string => digestOf('sha256', key, 'base64url');

export function createTriesStore({ store }: { store: Store }): TriesStore {
  return {
    // A power cut that forgets a few tries gives nobody more than a few tries.
    count: (tenant, key, how) => store.transactLightly(() => count(store, { tenant, keyHash: hashOf(key) }, how)),
    async forgive(tenant, key, { trustUntil }) {
      const fresh = { tries: 0, blocked_until: 0, ...(trustUntil ? { trusted_until: trustUntil.getTime() } : {}) };
      const own = store.db().updateTable('login_failures').set(fresh).where('tenant_id', '=', tenant);
      await own.where('key_hash', '=', hashOf(key)).execute();
    },
    async removeExpired(now, limit) {
      const at = now.getTime();
      const old = store.db().selectFrom('login_failures').select('key_hash').where('ends_at', '<', at);
      const over = store.db().deleteFrom('login_failures').where('ends_at', '<', at).where('trusted_until', '<', at);
      const few = old.where('trusted_until', '<', at).limit(limit);
      return Number((await over.where('key_hash', 'in', few).executeTakeFirst()).numDeletedRows);
    },
  };
}

interface Place {
  tenant: TenantId;
  keyHash: string;
}

/** The row's condition is judged under its lock: two nodes never both get the last free try. */
async function count(store: Store, { tenant, keyHash }: Place, { rule, now }: { rule: TriesRule; now: Date }): Promise<Tried> {
  const at = now.getTime();
  const endsAt = at + rule.windowSeconds * 1000;
  const { rows } = await sql<{ trusted_until: number }>`
    insert into login_failures (tenant_id, key_hash, tries, blocked_until, ends_at, trusted_until)
    values (${tenant}, ${keyHash}, 1, 0, ${endsAt}, 0)
    on conflict (tenant_id, key_hash) do update set
      tries = case when login_failures.ends_at <= ${at} then 1 else login_failures.tries + 1 end,
      ends_at = case when login_failures.ends_at <= ${at} then ${bigint(endsAt)} else login_failures.ends_at end,
      blocked_until = case when login_failures.ends_at <= ${at} then 0 else ${blockAfter(rule, at)} end
    where login_failures.blocked_until <= ${at}
    returning trusted_until`.execute(store.db());
  const [counted] = rows;
  if (counted) return { blockedUntil: null, isTrusted: Number(counted.trusted_until) > at };
  const left = store.db().selectFrom('login_failures').select(['blocked_until', 'trusted_until']).where('tenant_id', '=', tenant);
  const row = await left.where('key_hash', '=', keyHash).executeTakeFirst();
  // Forgiven meanwhile: whoever asks again a second later goes on.
  const until = Math.max(row?.blocked_until ?? 0, at + 1000);
  return { blockedUntil: new Date(until), isTrusted: (row?.trusted_until ?? 0) > at };
}

/** `tries` still holds the number before this one. */
function blockAfter({ free, pauses }: TriesRule, at: number) {
  const last = pauses.length - 1;
  const steps = pauses.map((seconds, index) => {
    const until = bigint(at + seconds * 1000);
    return index === last ? sql`else ${until}` : sql`when login_failures.tries + 1 = ${free + index} then ${until}`;
  });
  return sql`case when login_failures.tries + 1 < ${free} then 0 ${sql.join(steps, sql` `)} end`;
}

/** Beside a plain 0 PostgreSQL would take it for a number of 32 bits. */
const bigint = (value: number) => sql`cast(${value} as bigint)`;
