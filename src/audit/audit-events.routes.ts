import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { TenantId } from '#kernel/ids.ts';
import type { AuditChain, AuditEvent, AuditFilter } from './events.ts';
import { csvHeader, csvLine, jsonLine, publicEvent } from './export.ts';

/** Events that an export reads at once. */
const EXPORT_BATCH = 500;

const word = z.string().min(1).max(200);

const queryShape = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .optional()
    .describe('`next` of the page before'),
  action: word.optional().describe('`sign-in.refused`'),
  actor: word.optional().describe('`operator`, `user:usr_…`, or a kind alone: `user`'),
  target: word.optional().describe('`user:usr_…`'),
  reference: word.optional().describe('reference of a sign-in'),
  from: z.iso.datetime({ offset: true }).optional().describe('at or after this time'),
  until: z.iso.datetime({ offset: true }).optional().describe('before this time'),
  format: z.enum(['json', 'ndjson', 'csv']).optional().describe('goes before the Accept header'),
};

const eventShape = z.object({
  id: z.string(),
  sequence: z.int(),
  at: z.iso.datetime(),
  action: z.string(),
  actor: z.string(),
  target: z.string(),
  reference: z.string().optional(),
  code: z.string().optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  previousHash: z.string(),
  hash: z.string(),
});

const pageShape = z.object({ items: z.array(eventShape), next: z.string().nullable() });

const chainShape = z.object({
  intact: z.boolean(),
  brokenAt: z.int().nullable().describe('first sequence that does not fit'),
  length: z.int(),
  head: z.string().nullable().describe('hash of the newest event: noted elsewhere, it shows later that nothing was cut off'),
});

export interface AuditRoutesNeeds {
  audit: AuditChain;
  authorization: Authorization;
}

/** The audit log of one tenant, under `tenantScope`. */
export function auditRoutes(scope: Gateway, { audit, authorization }: AuditRoutesNeeds): void {
  const onRequest = authorization.allow('audit-events:read');
  const tags = ['audit'];
  scope.route({
    method: 'GET',
    url: '/api/v1/audit-events',
    onRequest,
    schema: {
      tags,
      summary: 'Read or export the audit log, newest first',
      querystring: z.strictObject(queryShape),
      response: { 200: pageShape },
    },
    handler: (request, reply) =>
      answerEvents({ audit, tenant: request.tenant.id, accept: request.headers.accept, reply }, request.query),
  });
  scope.route({
    method: 'GET',
    url: '/api/v1/audit-events/chain',
    onRequest,
    schema: { tags, summary: 'Verify the hash chain of the audit log', response: { 200: chainShape } },
    handler: (request) => verify(audit, request.tenant.id),
  });
}

/** The same for operators on the server's own address, by tenant id: the log of a tenant that was removed is still there. */
export function operatorAuditRoutes(app: Gateway, { audit, authorization }: AuditRoutesNeeds): void {
  const onRequest = authorization.allowOperator;
  const tags = ['audit'];
  const tenant = z
    .string()
    .regex(/^tnt_[\w-]{22}$/)
    .transform((id) => id as TenantId)
    .describe('id of the tenant, removed or not');
  app.route({
    method: 'GET',
    url: '/api/v1/audit-events',
    onRequest,
    schema: {
      tags,
      summary: 'Read or export the audit log of a tenant',
      querystring: z.strictObject({ ...queryShape, tenant }),
      response: { 200: pageShape },
    },
    handler: ({ query: { tenant: id, ...query }, headers }, reply) =>
      answerEvents({ audit, tenant: id, accept: headers.accept, reply }, query),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/audit-events/chain',
    onRequest,
    schema: {
      tags,
      summary: 'Verify the hash chain of a tenant',
      querystring: z.strictObject({ tenant }),
      response: { 200: chainShape },
    },
    handler: ({ query }) => verify(audit, query.tenant),
  });
}

interface Asked {
  audit: AuditChain;
  tenant: TenantId;
  accept: string | undefined;
  reply: FastifyReply;
}

type Page = z.input<typeof pageShape>;
type Query = z.output<z.ZodObject<typeof queryShape>>;

async function answerEvents(
  { audit, tenant, accept, reply }: Asked,
  { limit, cursor, format, ...query }: Query,
): Promise<Page | undefined> {
  const filter = {
    ...query,
    from: query.from ? new Date(query.from) : undefined,
    until: query.until ? new Date(query.until) : undefined,
  };
  const before = cursor === undefined ? undefined : Number(cursor);
  const wanted = format ?? formatOf(accept);
  if (wanted !== 'json') {
    await sendExport(reply, wanted, eachEvent({ audit, tenant, filter, before }));
    return undefined;
  }
  const events = await audit.list(tenant, { ...filter, limit: limit + 1, before });
  const items = events.slice(0, limit);
  return { items: items.map(publicEvent), next: events.length > limit ? String(items.at(-1)?.sequence) : null };
}

async function verify(audit: AuditChain, tenant: TenantId): Promise<z.input<typeof chainShape>> {
  const [brokenAt, head] = [await audit.findBreak(tenant), await audit.findHead(tenant)];
  return { intact: brokenAt === null, brokenAt, length: head?.sequence ?? 0, head: head?.hash ?? null };
}

function formatOf(accept = ''): 'json' | 'ndjson' | 'csv' {
  if (/\bapplication\/(x-)?ndjson\b/i.test(accept)) return 'ndjson';
  return /\btext\/csv\b/i.test(accept) ? 'csv' : 'json';
}

/** Page after page, so that an export of years holds one page in memory. */
async function* eachEvent(given: {
  audit: AuditChain;
  tenant: TenantId;
  filter: AuditFilter;
  before?: number;
}): AsyncGenerator<AuditEvent> {
  for (let before = given.before; ; ) {
    const events = await given.audit.list(given.tenant, { ...given.filter, limit: EXPORT_BATCH, before });
    yield* events;
    if (events.length < EXPORT_BATCH) return;
    before = events.at(-1)?.sequence;
  }
}

function sendExport(reply: FastifyReply, format: 'ndjson' | 'csv', events: AsyncIterable<AuditEvent>): FastifyReply {
  const line = format === 'csv' ? csvLine : jsonLine;
  async function* lines(): AsyncGenerator<string> {
    if (format === 'csv') yield csvHeader;
    for await (const event of events) yield line(event);
  }
  return reply
    .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
    .header('content-disposition', `attachment; filename="audit-events.${format}"`)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(Readable.from(lines()));
}
