import { z } from 'zod';
import { pageOf, pageQuery, readPage } from '#directory/index.ts';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { ConnectionRegister, StoredConnection } from '../connection-register.ts';
import { problems } from '../problems.ts';
import { readCalendar } from './calendar.ts';
import { stateOf } from './expiry.ts';
import { describeExpiry, describeHealth, expiryJson, healthJson } from './health-json.ts';
import { writeICalendar } from './icalendar.ts';
import { type HealthNeeds, readHealth } from './read-health.ts';

export interface HealthRoutesNeeds extends HealthNeeds {
  connections: Pick<ConnectionRegister, 'listStored' | 'read'>;
  authorization: Authorization;
  /** Whether there is a mail server that notices go to. */
  sendsMail: boolean;
}

const PATH = '/api/v1/identity-providers';
const tags = ['identity-providers'];

/** How providers are doing, and what of them ends when; under `tenantScope`. */
export function providerHealthRoutes(scope: Gateway, needs: HealthRoutesNeeds): void {
  listRoute(scope, needs);
  oneRoute(scope, needs);
  expiryRoutes(scope, needs);
  calendarRoute(scope, needs);
}

function listRoute(scope: Gateway, needs: HealthRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  scope.route({
    method: 'GET',
    url: `${PATH}/health`,
    onRequest,
    schema: {
      tags,
      summary: 'How each identity provider is doing',
      querystring: pageQuery,
      response: { 200: pageOf(healthJson) },
    },
    handler: async ({ tenant, query }) => {
      const page = await readPage<StoredConnection>(
        query,
        ({ id }) => id,
        (wanted) => needs.connections.listStored(tenant.id, wanted),
      );
      const all = await readHealth(needs, tenant.id, page.items);
      const now = needs.world.now();
      const items = page.items.flatMap((connection, index) => {
        const health = all[index];
        return health ? [describeHealth(connection, health, now)] : [];
      });
      return { ...page, items };
    },
  });
}

function oneRoute(scope: Gateway, needs: HealthRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: `${PATH}/:id/health`,
    onRequest: needs.authorization.allow('identity-providers:read'),
    config: { problems: [problems.connection_unknown] },
    schema: {
      tags,
      summary: 'How an identity provider is doing: sign-ins, clock, what it publishes, what expires',
      params: z.object({ id: z.string().transform((id) => id as ConnectionId) }),
      response: { 200: healthJson },
    },
    handler: async ({ tenant, params: { id } }) => {
      const connection = await needs.connections.read(tenant.id, id);
      const [health] = connection ? await readHealth(needs, tenant.id, [connection]) : [];
      if (!connection || !health) throw new Problem(problems.connection_unknown);
      return describeHealth(connection, health, needs.world.now());
    },
  });
}

function expiryRoutes(scope: Gateway, needs: HealthRoutesNeeds): void {
  const onRequest = needs.authorization.allow('identity-providers:read');
  scope.route({
    method: 'GET',
    url: '/api/v1/expiries',
    onRequest,
    schema: {
      tags,
      summary: 'Everything that expires, soonest first',
      querystring: z.strictObject({
        within: z.coerce.number().int().min(0).max(36_500).optional().describe('days; what has expired already is always there'),
      }),
      response: { 200: pageOf(expiryJson).extend({ noticesAreSent: z.boolean().describe('false: there is no mail server') }) },
    },
    handler: async ({ tenant, query: { within } }) => {
      const now = needs.world.now();
      const until = within === undefined ? Number.POSITIVE_INFINITY : now.getTime() + within * 86_400_000;
      const calendar = await readCalendar(needs, tenant.id);
      const items = calendar.filter(({ expiresAt }) => expiresAt.getTime() <= until).map((expiry) => describeExpiry(expiry, now));
      return { items, next: null, noticesAreSent: needs.sendsMail };
    },
  });
}

function calendarRoute(scope: Gateway, needs: HealthRoutesNeeds): void {
  scope.route({
    method: 'GET',
    url: '/api/v1/expiries.ics',
    onRequest: needs.authorization.allow('identity-providers:read'),
    schema: { tags, summary: 'The same for a calendar program (RFC 5545): what is not replaced already' },
    handler: async ({ tenant }, reply) => {
      const now = needs.world.now();
      const calendar = await readCalendar(needs, tenant.id);
      const shown = calendar.filter(
        (expiry) => !expiry.replaced && (expiry.kind !== 'metadata' || stateOf(expiry, now) === 'expired'),
      );
      return reply
        .header('content-type', 'text/calendar; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(writeICalendar(shown, now));
    },
  });
}
