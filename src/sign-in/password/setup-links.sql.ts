import { hash as digestOf } from 'node:crypto';
import type { TenantId, UserId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import type { Tables } from '#sql/tables.ts';
import type { SetupLink, SetupLinkStore } from './setup-links.ts';

const hashOf = (token: string): string => digestOf('sha256', token, 'base64url');

export function createSetupLinkStore({ store }: { store: Store }): SetupLinkStore {
  const usable = (tenant: TenantId, now: Date) =>
    store
      .db()
      .selectFrom('setup_links')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now.getTime());
  return {
    save: (tenant, token, link) => store.transact(() => save(store, tenant, { token, link })),
    find: async (tenant, token, now) =>
      toLink(await usable(tenant, now).where('token_hash', '=', hashOf(token)).executeTakeFirst()),
    async take(tenant, token, now) {
      const one = store.db().updateTable('setup_links').set({ used_at: now.getTime() }).where('tenant_id', '=', tenant);
      const row = await one
        .where('token_hash', '=', hashOf(token))
        .where('used_at', 'is', null)
        .where('expires_at', '>', now.getTime())
        .returningAll()
        .executeTakeFirst();
      return toLink(row);
    },
    findOpen: async (tenant, now) =>
      toLink(await usable(tenant, now).where('user_id', 'is', null).orderBy('created_at', 'desc').limit(1).executeTakeFirst()),
    async removeExpired(now, limit) {
      const old = store.db().selectFrom('setup_links').select('token_hash').where('expires_at', '<', now.getTime()).limit(limit);
      const over = store.db().deleteFrom('setup_links').where('expires_at', '<', now.getTime());
      return Number((await over.where('token_hash', 'in', old).executeTakeFirst()).numDeletedRows);
    },
  };
}

async function save(store: Store, tenant: TenantId, { token, link }: { token: string; link: SetupLink }): Promise<void> {
  const { userId, madeBy, createdAt, expiresAt } = link;
  const unused = store.db().deleteFrom('setup_links').where('tenant_id', '=', tenant).where('used_at', 'is', null);
  await (userId === null ? unused.where('user_id', 'is', null) : unused.where('user_id', '=', userId)).execute();
  await store
    .db()
    .insertInto('setup_links')
    .values({
      tenant_id: tenant,
      token_hash: hashOf(token),
      user_id: userId,
      made_by: madeBy,
      created_at: createdAt.getTime(),
      expires_at: expiresAt.getTime(),
      used_at: null,
    })
    .execute();
}

function toLink(row: Tables['setup_links'] | undefined): SetupLink | undefined {
  return (
    row && {
      userId: row.user_id as UserId | null,
      madeBy: row.made_by,
      createdAt: new Date(row.created_at),
      expiresAt: new Date(row.expires_at),
    }
  );
}
