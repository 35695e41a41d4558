import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { UserId } from '#kernel/ids.ts';
import { permissions } from '#kernel/permission.ts';
import type { RoleDirectory, UserDirectory } from './user.ts';

export interface MeRoutesNeeds {
  users: UserDirectory;
  roles: RoleDirectory;
  authorization: Authorization;
}

const me = z.object({
  kind: z.enum(['user', 'operator']),
  id: z.string().nullable(),
  email: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()).describe('what this caller may do here; a screen shows what they can use'),
  tenant: z.object({ name: z.string(), displayName: z.string(), url: z.string() }),
});

/** GET /api/v1/me: who is calling, and what they may do. */
export function meRoutes(scope: Gateway, { users, roles, authorization }: MeRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/api/v1/me',
    onRequest: authorization.allowEverybody,
    schema: { tags: ['me'], summary: 'Who is calling, and what they may do', response: { 200: me } },
    handler: async ({ tenant, tenantUrl, caller }) => {
      const place = { name: tenant.name, displayName: tenant.displayName, url: tenantUrl };
      const nobody = { id: null, email: null, firstName: null, lastName: null, roles: [] };
      if (caller.kind === 'operator')
        return { kind: 'operator' as const, ...nobody, permissions: [...permissions], tenant: place };
      const id = caller.id as UserId;
      const user = await users.find(tenant.id, id);
      const held = await roles.listMemberships(tenant.id, id);
      return {
        kind: 'user' as const,
        id,
        email: user?.email ?? null,
        firstName: user?.profile.firstName ?? null,
        lastName: user?.profile.lastName ?? null,
        roles: [...new Set(held.map(({ of }) => of.name))].sort(),
        permissions: [...caller.permissions].sort(),
        tenant: place,
      };
    },
  });
}
