import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { changePassword } from './change-password.ts';
import { makeSetupLink } from './make-setup-link.ts';
import type { PasswordRoutesNeeds } from './password.routes.ts';
import { problems } from './problems.ts';

export type LocalAdministratorsNeeds = PasswordRoutesNeeds & { authorization: Authorization };

const administrator = z.object({
  userId: z.string(),
  email: z.string().nullable(),
  changedAt: z.iso.datetime().describe('when the password was set'),
  usedAt: z.iso.datetime().nullable().describe('when somebody last signed in with it'),
  mayUse: z.boolean().describe('false for whoever was disabled or is no Full Administrator any more'),
});
const list = z.object({ items: z.array(administrator), next: z.null() });
const wantedLink = z.strictObject({
  userId: z.string().max(64).optional().describe('whose password it sets; without, it makes a new administrator'),
});
const madeLink = z.object({
  url: z.url().describe('shown once; whoever has it becomes an administrator'),
  expiresAt: z.iso.datetime(),
  userId: z.string().nullable(),
});
const newPassword = z.strictObject({ currentPassword: z.string().max(4096), newPassword: z.string().max(4096) });
const params = z.object({ id: z.string().transform((id) => id as UserId) });
const tags = ['local administrators'];

/** Accounts for emergencies, under a tenant's address. */
export function localAdministratorRoutes(scope: Gateway, needs: LocalAdministratorsNeeds): void {
  scope.route({
    method: 'GET',
    url: '/api/v1/local-administrators',
    onRequest: needs.authorization.allow('users:read'),
    schema: { tags, summary: 'List who can sign in with a password', response: { 200: list } },
    handler: async ({ tenant }) => {
      const found = await needs.passwords.list(tenant.id);
      const items = found.map(({ userId, email, mayUse, changedAt, usedAt }) => {
        return { userId, email, mayUse, changedAt: changedAt.toISOString(), usedAt: usedAt?.toISOString() ?? null };
      });
      return { items, next: null };
    },
  });
  scope.route({
    method: 'POST',
    url: '/api/v1/setup-links',
    onRequest: needs.authorization.allow('users:write'),
    config: { problems: [problems.not_administrator, problems.not_for_this_person] },
    schema: {
      tags,
      summary: 'Make a set-up link; Full Administrators and operators',
      body: wantedLink,
      response: { 201: madeLink },
    },
    handler: async ({ tenant, tenantUrl, caller, body }, reply) => {
      const userId = body.userId as UserId | undefined;
      const permissions = caller.kind === 'operator' ? 'all' : caller.permissions;
      const { token, expiresAt } = await makeSetupLink(needs, { tenant, by: actorOf(caller), permissions, userId });
      const made = { url: `${tenantUrl}/setup/${token}`, expiresAt: expiresAt.toISOString(), userId: userId ?? null };
      return reply.code(201).header('cache-control', 'no-store').send(made);
    },
  });
  changeRoute(scope, needs);
}

function changeRoute(scope: Gateway, needs: LocalAdministratorsNeeds): void {
  scope.route({
    method: 'POST',
    url: '/api/v1/users/:id/password',
    onRequest: needs.authorization.allowEverybody,
    config: { problems: [problems.not_yours, problems.refused, problems.too_many_tries, problems.busy, problems.input_invalid] },
    schema: { tags, summary: 'Change your own password; every session of yours ends', params, body: newPassword },
    handler: async (request, reply) => {
      const { tenant, caller, params: given, body } = request;
      if (caller.kind !== 'user' || caller.id !== given.id) throw new Problem(problems.not_yours);
      const { currentPassword: current, newPassword: next } = body;
      await changePassword(needs, { tenant, userId: given.id, network: needs.networkOf(request), current, next });
      return reply.code(204).send();
    },
  });
}
