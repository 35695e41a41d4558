import { after, before, beforeEach } from 'node:test';
import { type ConnectionId, newId, type TenantId, type UserId } from '#kernel/ids.ts';
import { openTestTenants, type TestTenants } from '#test/tenant/index.ts';
import { createGroupStore } from './groups.sql.ts';
import { createRoleStore } from './roles.sql.ts';
import type { GroupDirectory, Link, RoleDirectory, User, UserDirectory } from './user.ts';
import { createUserStore } from './users.sql.ts';

export let given: TestTenants;
export let users: UserDirectory;
export let groups: GroupDirectory;
export let roles: RoleDirectory;
export let acme: TenantId;

export function person(change: Partial<User> = {}): User {
  const now = given.world.now();
  return {
    id: newId<UserId>('usr', given.world),
    email: null,
    emailVerified: false,
    userId: null,
    userPrincipalName: null,
    profile: { custom: {} },
    status: 'active',
    createdAt: now,
    updatedAt: now,
    lastSignInAt: null,
    ...change,
  };
}

export function tie(userId: UserId, change: Partial<Link & { refreshToken: string }> = {}): Link & { refreshToken?: string } {
  const now = given.world.now();
  return {
    id: newId('lnk', given.world),
    userId,
    connectionId: 'idp_1' as ConnectionId,
    issuer: 'https://idp.acme.example',
    subject: 'ana',
    createdAt: now,
    lastUsedAt: now,
    ...change,
  };
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    given = await openTestTenants();
    users = createUserStore(given);
    groups = createGroupStore(given);
    roles = createRoleStore(given);
    acme = given.acme;
  });
  beforeEach(async () => {
    for (const table of ['users', 'links', 'groups', 'roles', 'group_members', 'role_members'] as const)
      await given.store.db().deleteFrom(table).execute();
  });
  after(() => given.close());
}
