import type { TenantId } from '#kernel/ids.ts';
import type { Store } from '#sql/store.ts';
import { nameKeyOf } from './keys.ts';
import { toUser } from './rows.sql.ts';
import type { User } from './user.ts';

/** People found by the roles that they have, for mails to them. */
export interface HolderDirectory {
  /** Each once: active, with one of these roles, and an e-mail address that is theirs for certain. At most 200. */
  listReachable(tenant: TenantId, roleNames: readonly string[]): Promise<User[]>;
}

const MOST = 200;

export function createHolderDirectory({ store }: { store: Store }): HolderDirectory {
  return {
    async listReachable(tenant, roleNames) {
      const holders = store
        .db()
        .selectFrom('role_members')
        .innerJoin('roles', (join) =>
          join.onRef('roles.tenant_id', '=', 'role_members.tenant_id').onRef('roles.id', '=', 'role_members.role_id'),
        )
        .select('role_members.user_id')
        .where('role_members.tenant_id', '=', tenant)
        .where('roles.name_key', 'in', roleNames.map(nameKeyOf));
      const rows = await store
        .db()
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .where('id', 'in', holders)
        .where('status', '=', 'active')
        .where('email_verified', '=', 1)
        .where('email', 'is not', null)
        .orderBy('id')
        .limit(MOST)
        .execute();
      return rows.map(toUser);
    },
  };
}
