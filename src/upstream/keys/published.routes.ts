import { z } from 'zod';
import type { Gateway } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import type { Connection, ConnectionDirectory } from '../connection.ts';
import { problems as upstreamProblems } from '../problems.ts';
import type { Registry } from '../registry.ts';
import type { KeyRegister } from './key-register.ts';
import { problems } from './problems.ts';
import { publishKeys } from './publish.ts';

export interface PublishedRoutesNeeds {
  connections: ConnectionDirectory & KeyRegister;
  registry: Registry;
  world: Pick<World, 'now'>;
}

const DAY_MILLISECONDS = 86_400_000;
/** A provider that reads the address again by itself does so as often, and has a new key long before the old one is retired. */
const CACHE_SECONDS = 6 * 3600;
/** What is published follows a change within five minutes. */
const CACHE_CONTROL = 'public, max-age=300';

const params = z.object({ slug: z.string() });
const wish = z.object({
  signed: z.enum(['1', 'true', '0', 'false']).optional(),
  validDays: z.coerce.number().int().min(1).max(90).optional(),
});

/**
 * What a provider reads about us, without being asked who it is: `/sso/{slug}/metadata`, `/jwks`, `/certificate/{key}.pem`. Nothing of it is
 * secret, and the provider must be able to read it before anybody can sign in.
 */
export function publishedRoutes(scope: Gateway, needs: PublishedRoutesNeeds): void {
  metadataRoute(scope, needs);
  jwksRoute(scope, needs);
  certificateRoute(scope, needs);
}

/**
 * `?signed=1` signs it with the active key. `?validDays=14` lets it expire, for a provider that reads it again by itself: without it, it says
 * no date, since providers that were given the document by hand would stop trusting us that day.
 *
 * @see SAML Metadata §2.3.2 (validUntil, cacheDuration)
 */
function metadataRoute(scope: Gateway, needs: PublishedRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/sso/:slug/metadata',
    schema: { params, querystring: wish },
    handler: async ({ tenant, params: { slug }, query }, reply) => {
      const { kind, settings } = await getConnection(needs, tenant.id, slug);
      const expiry = expiryOf(query.validDays, needs.world.now());
      const form = query.signed === '1' || query.signed === 'true' ? 'signed' : 'plain';
      const metadata = needs.registry[kind].metadata?.(settings, { form, expiry });
      if (metadata === undefined) throw new Problem(upstreamProblems.connection_unknown);
      return reply.header('content-type', 'application/samlmetadata+xml').header('cache-control', CACHE_CONTROL).send(metadata);
    },
  });
}

function expiryOf(days: number | undefined, now: Date): { validUntil: Date; cacheSeconds: number } | undefined {
  return days === undefined
    ? undefined
    : { validUntil: new Date(now.getTime() + days * DAY_MILLISECONDS), cacheSeconds: CACHE_SECONDS };
}

function jwksRoute(scope: Gateway, needs: PublishedRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/sso/:slug/jwks',
    schema: { params },
    handler: async ({ tenant, params: { slug } }, reply) => {
      const { id, kind } = await getConnection(needs, tenant.id, slug);
      const keys = publishKeys(kind, await needs.connections.listKeys(tenant.id, id));
      return reply
        .header('content-type', 'application/jwk-set+json')
        .header('cache-control', CACHE_CONTROL)
        .send(JSON.stringify(keys));
    },
  });
}

function certificateRoute(scope: Gateway, needs: PublishedRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/sso/:slug/certificate/:file',
    schema: { params: params.extend({ file: z.string() }) },
    handler: async ({ tenant, params: { slug, file } }, reply) => {
      const { id } = await getConnection(needs, tenant.id, slug);
      const keys = await needs.connections.listKeys(tenant.id, id);
      const key = keys.find((one) => `${one.id}.pem` === file);
      if (!key) throw new Problem(problems.key_unknown);
      return reply
        .header('content-type', 'application/x-pem-file')
        .header('content-disposition', `attachment; filename="${slug}-${key.use}.pem"`)
        .header('cache-control', CACHE_CONTROL)
        .send(key.certificatePem);
    },
  });
}

async function getConnection({ connections }: PublishedRoutesNeeds, tenant: TenantId, slug: string): Promise<Connection> {
  const connection = await connections.findBySlug(tenant, slug);
  if (!connection) throw new Problem(upstreamProblems.connection_unknown);
  return connection;
}
