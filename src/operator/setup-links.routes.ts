import { z } from 'zod';
import { actorOf } from '#audit/index.ts';
import { directoryProblems } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { UserId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { isSetupNeeded, type LinkNeeds, makeSetupLink, passwordProblems, type StandingNeeds } from '#sign-in/index.ts';
import { problems, type Tenant, type TenantStore, type TenantUrls } from '#tenants/index.ts';

export type SetupLinksNeeds = LinkNeeds &
  StandingNeeds & { tenants: Pick<TenantStore, 'findByName'>; urls: TenantUrls; authorization: Authorization };

const standing = z.object({
  needed: z.boolean().describe('nobody can administer the tenant: by a password, or as a Full Administrator through a provider'),
  expiresAt: z.iso.datetime().nullable().describe('of a link for a new administrator that nobody has used yet'),
});
const wanted = z
  .strictObject({
    userId: z.string().max(64).optional().describe('whose password it sets; without, it makes a new administrator'),
  })
  .nullish();
const made = z.object({
  url: z.url().describe('shown once; whoever has it becomes an administrator of the tenant'),
  expiresAt: z.iso.datetime(),
  userId: z.string().nullable(),
});
/** Any text: a name that cannot be is the name of no tenant. */
const params = z.object({ name: z.string() });
const tags = ['tenants'];

/** The way in for a tenant's first administrator, and back in for one who is locked out: on the server's own address, for operators. */
export function setupLinkRoutes(app: Gateway, needs: SetupLinksNeeds): void {
  const onRequest = needs.authorization.allowOperator;
  app.route({
    method: 'GET',
    url: '/api/v1/tenants/:name/setup-link',
    onRequest,
    config: { problems: [problems.unknown] },
    schema: { tags, summary: 'Say whether a tenant needs its first administrator', params, response: { 200: standing } },
    handler: async ({ params: { name } }) => {
      const tenant = await findTenant(needs, name);
      const open = await needs.setupLinks.findOpen(tenant.id, needs.world.now());
      return { needed: await isSetupNeeded(needs, tenant.id), expiresAt: open?.expiresAt.toISOString() ?? null };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/tenants/:name/setup-link',
    onRequest,
    config: { problems: [problems.unknown, directoryProblems.user_unknown, passwordProblems.not_for_this_person] },
    schema: {
      tags,
      summary: 'Make a link, used once within 72 hours, behind which an administrator is made or gets a new password',
      params,
      body: wanted,
      response: { 201: made },
    },
    handler: async ({ params: { name }, body, caller }, reply) => {
      const tenant = await findTenant(needs, name);
      const userId = body?.userId as UserId | undefined;
      const { token, expiresAt } = await makeSetupLink(needs, { tenant, by: actorOf(caller), permissions: 'all', userId });
      const link = {
        url: `${needs.urls.urlOf(tenant)}/setup/${token}`,
        expiresAt: expiresAt.toISOString(),
        userId: userId ?? null,
      };
      return reply.code(201).header('cache-control', 'no-store').send(link);
    },
  });
}

async function findTenant({ tenants }: SetupLinksNeeds, name: string): Promise<Tenant> {
  const tenant = await tenants.findByName(name);
  if (!tenant) throw new Problem(problems.unknown);
  return tenant;
}
