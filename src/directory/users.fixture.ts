import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { openTestApi, type TestAnswer, type TestApi } from '#test/tenant/api.ts';
import { createBuiltInRoles } from './built-in-roles.ts';
import { groupRoutes } from './groups.routes.ts';
import { createGroupStore } from './groups.sql.ts';
import type { DirectoryNeeds } from './needs.ts';
import { roleRoutes } from './roles.routes.ts';
import { createRoleStore } from './roles.sql.ts';
import { createSignInMethodStore } from './sign-in-methods.sql.ts';
import { userRoutes } from './users.routes.ts';
import { createUserStore } from './users.sql.ts';

export let api: TestApi;
export let needs: DirectoryNeeds;
export let ended: string[] = [];
let uses: string[] = [];

/** What the identity providers name: `group Engineers`. */
export function nameUses(named: string[]): void {
  uses = named;
}

/** A user with roles by hand, made by the operator. */
export async function make(email: string, ...roles: string[]): Promise<string> {
  const { status, body } = await api.call('POST', '/users', { body: { email, roles } });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

export const faults = ({ body }: TestAnswer): string[] =>
  (body.errors ?? []).map((fault) => `${fault.pointer} ${fault.code}`).sort();

export const factsOf = (value: unknown): Record<string, unknown> => value as Record<string, unknown>;

export function refused(answer: TestAnswer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
}

export const everything = {
  email: 'Ana@acme.example',
  emailVerified: true,
  userId: '4711',
  userPrincipalName: 'ana@corp.acme.example',
  phone: '+49 30 1',
  mobile: '+49 170 1',
  firstName: 'Ana',
  lastName: 'Example',
  locale: 'de-DE',
  securityId: 'S-1-5-21',
  custom: { costCentre: 'R&D', level: 3, tags: ['a', 'b'] },
};

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    api = await openTestApi((scope, parts) => {
      needs = {
        ...parts,
        transact: parts.store.transact,
        users: createUserStore(parts),
        groups: createGroupStore(parts),
        roles: createRoleStore(parts),
        endSessionsOfUser: async (_tenant, id) => void ended.push(id),
        signInMethods: createSignInMethodStore(parts),
        hasIdentityProvider: async (_tenant, id) => id === 'idp_okta',
        findUses: async (_tenant, { kind, name }) => (uses.includes(`${kind} ${name}`) ? ['Acme Entra'] : []),
      };
      userRoutes(scope, { ...needs, authorization: parts.authorization });
      groupRoutes(scope, { ...needs, authorization: parts.authorization });
      roleRoutes(scope, { ...needs, authorization: parts.authorization });
    });
  });
  beforeEach(async () => {
    for (const table of ['users', 'links', 'groups', 'roles', 'group_members', 'role_members'] as const)
      await api.store.db().deleteFrom(table).execute();
    await createBuiltInRoles({ roles: needs.roles, world: api.world }, api.acme);
    ended = [];
    uses = [];
  });
  after(() => api.close());
}
