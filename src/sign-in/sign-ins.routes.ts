import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import { cursorOf, readCursor } from './cursor.ts';
import { type PresentedSignIn, presentSignIn, textOfSignIn } from './present-trace.ts';
import { problems } from './problems.ts';
import type { SignInEntry, SignInLog } from './sign-ins.ts';
import { traceLine } from './verify/verification.schema.ts';

const summary = z.object({
  reference: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  purpose: z.enum(['sign-in', 'verify', 'sign-out']),
  outcome: z.enum(['signed-in', 'refused', 'verified', 'signed-out']),
  identityProviderId: z.string().nullable(),
  userId: z.string().nullable(),
  applicationId: z.string().nullable(),
  person: z.string().nullable(),
  code: z.string().nullable(),
  suppressed: z.int().describe('refused answers that belonged to no sign-in, left out of the log before this one'),
});

const whole = summary.extend({
  remedy: z
    .object({
      where: z.enum(['here', 'provider', 'network', 'person']),
      pointer: z.string().optional().describe('JSON pointer into the identity provider'),
      whatToDo: z.string(),
    })
    .nullable(),
  trace: z.array(traceLine),
});

const time = z.iso.datetime({ offset: true });
const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  purpose: z
    .enum(['sign-in', 'verify', 'sign-out', 'all'])
    .default('sign-in')
    .describe('tests, and what providers say of sign-outs, are listed only when asked for'),
  outcome: z.enum(['signed-in', 'refused', 'verified', 'signed-out']).optional(),
  code: z.string().max(100).optional(),
  identityProviderId: z.string().max(64).optional(),
  applicationId: z.string().max(100).optional(),
  userId: z.string().max(64).optional(),
  person: z.string().max(320).optional().describe('a part of the address or name, without regard to case'),
  reference: z.string().max(64).optional().describe('a part of it'),
  from: time.optional().describe('at or after this time'),
  until: time.optional().describe('before this time'),
});

export interface SignInsRoutesNeeds {
  signIns: SignInLog;
  connections: Pick<ConnectionDirectory, 'find'>;
  authorization: Authorization;
}

const PATH = '/api/v1/sign-ins';
const tags = ['sign-ins'];
const params = z.object({ reference: z.string().max(64) });

/** GET /api/v1/sign-ins, /api/v1/sign-ins/{reference}, …/export: what happened, step by step, and what to do about it. */
export function registerSignIns(scope: Gateway, needs: SignInsRoutesNeeds): void {
  registerList(scope, needs);
  registerOne(scope, needs);
  registerExport(scope, needs);
}

function registerList(scope: Gateway, { signIns, authorization }: SignInsRoutesNeeds): void {
  const schema = {
    tags,
    summary: 'Find sign-ins, newest first; every given filter must hold',
    querystring: query,
    response: { 200: z.object({ items: z.array(summary), next: z.string().nullable() }) },
  };
  scope.get(PATH, { onRequest: authorization.allow('sign-ins:read'), schema }, async (request) => {
    const { limit, cursor, identityProviderId, from, until, ...filter } = request.query;
    const page = {
      ...filter,
      limit: limit + 1,
      connectionId: identityProviderId,
      before: cursor === undefined ? undefined : placeOf(cursor),
      from: from === undefined ? undefined : new Date(from),
      until: until === undefined ? undefined : new Date(until),
    };
    const found = await signIns.list(request.tenant.id, page);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(summaryOf), next: found.length > limit && last ? cursorOf(last.startedAt, last.reference) : null };
  });
}

function registerOne(scope: Gateway, needs: SignInsRoutesNeeds): void {
  const schema = { tags, summary: 'One sign-in with every step; safe to hand on', params, response: { 200: whole } };
  scope.get(`${PATH}/:reference`, { onRequest: needs.authorization.allow('sign-ins:read'), schema }, async (request) =>
    wholeOf(await find(needs, request, request.params.reference)),
  );
}

function registerExport(scope: Gateway, needs: SignInsRoutesNeeds): void {
  const schema = {
    tags,
    summary: 'Download one sign-in, as text for a ticket or as JSON',
    params,
    querystring: z.strictObject({ format: z.enum(['text', 'json']).default('text') }),
  };
  const onRequest = needs.authorization.allow('sign-ins:read');
  scope.get(`${PATH}/:reference/export`, { onRequest, schema }, async (request, reply) => {
    const found = await find(needs, request, request.params.reference);
    const isText = request.query.format === 'text';
    const name = `sign-in-${found.signIn.reference}.${isText ? 'txt' : 'json'}`;
    return reply
      .header('content-type', isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .serializer((body: unknown) => String(body))
      .send(isText ? textOfSignIn(found) : `${JSON.stringify(wholeOf(found), null, 2)}\n`);
  });
}

/** @throws Problem `sign_in.reference_unknown` */
async function find(
  { signIns, connections }: SignInsRoutesNeeds,
  { tenant }: Pick<FastifyRequest, 'tenant'>,
  reference: string,
): Promise<PresentedSignIn> {
  const wanted = reference.toUpperCase();
  // PostgreSQL would not even take a NUL.
  const found = /^[0-9A-Z-]{1,64}$/.test(wanted) ? await signIns.find(tenant.id, wanted) : undefined;
  if (!found) throw new Problem(problems.reference_unknown);
  const { connectionId } = found;
  const connection = connectionId === null ? undefined : await connections.find(tenant.id, connectionId as ConnectionId);
  return presentSignIn(found, connection);
}

function wholeOf({ signIn, trace, remedy }: PresentedSignIn): z.infer<typeof whole> {
  const { lines: _, ...entry } = signIn;
  return { ...summaryOf(entry), remedy, trace: [...trace] };
}

function summaryOf(entry: SignInEntry): z.infer<typeof summary> {
  const { startedAt, endedAt, connectionId, ...rest } = entry;
  return { ...rest, startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), identityProviderId: connectionId };
}

function placeOf(cursor: string): { startedAt: Date; reference: string } {
  const { startedAt, key } = readCursor(cursor);
  return { startedAt, reference: key };
}
