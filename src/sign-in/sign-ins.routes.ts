import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import { Problem } from '#kernel/problem.ts';
import { cursorOf, readCursor } from './cursor.ts';
import { problems } from './problems.ts';
import type { SignIn, SignInLog } from './sign-ins.ts';

const line = z.object({
  step: z.string(),
  verdict: z.enum(['passed', 'refused', 'noted']),
  expected: z.unknown().optional(),
  received: z.unknown().optional(),
  code: z.string().optional(),
  at: z.number(),
});

const summary = z.object({
  reference: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  purpose: z.enum(['sign-in', 'verify']),
  outcome: z.enum(['signed-in', 'refused', 'verified']),
  identityProviderId: z.string().nullable(),
  userId: z.string().nullable(),
  applicationId: z.string().nullable(),
  person: z.string().nullable(),
  code: z.string().nullable(),
  suppressed: z.int(),
});

const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  outcome: z.enum(['signed-in', 'refused', 'verified']).optional(),
  code: z.string().max(100).optional(),
  identityProviderId: z.string().max(64).optional(),
  person: z.string().max(320).optional(),
});

export interface SignInsRoutesNeeds {
  signIns: SignInLog;
  authorization: Authorization;
}

/** GET /api/v1/sign-ins, /api/v1/sign-ins/{reference}: what happened, step by step. */
export function registerSignIns(scope: Gateway, needs: SignInsRoutesNeeds): void {
  registerList(scope, needs);
  registerOne(scope, needs);
}

function registerList(scope: Gateway, { signIns, authorization }: SignInsRoutesNeeds): void {
  const schema = {
    tags: ['sign-ins'],
    querystring: query,
    response: { 200: z.object({ items: z.array(summary), next: z.string().nullable() }) },
  };
  scope.get('/api/v1/sign-ins', { onRequest: authorization.allow('sign-ins:read'), schema }, async (request) => {
    const { limit, cursor, identityProviderId, ...filter } = request.query;
    const page = {
      limit: limit + 1,
      connectionId: identityProviderId,
      before: cursor === undefined ? undefined : placeOf(cursor),
      ...filter,
    };
    const found = await signIns.list(request.tenant.id, page);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(summaryOf), next: found.length > limit && last ? cursorOf(last.startedAt, last.reference) : null };
  });
}

function registerOne(scope: Gateway, { signIns, authorization }: SignInsRoutesNeeds): void {
  const schema = {
    tags: ['sign-ins'],
    params: z.object({ reference: z.string().max(64), tenant: z.string() }),
    response: { 200: summary.extend({ trace: z.array(line) }) },
  };
  scope.get('/api/v1/sign-ins/:reference', { onRequest: authorization.allow('sign-ins:read'), schema }, async (request) => {
    const found = await signIns.find(request.tenant.id, request.params.reference.toUpperCase());
    if (!found) throw new Problem(problems.reference_unknown);
    return { ...summaryOf(found), trace: [...found.lines] };
  });
}

function summaryOf(signIn: SignIn): z.infer<typeof summary> {
  const { startedAt, endedAt, connectionId, lines: _, ...rest } = signIn;
  return { ...rest, startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), identityProviderId: connectionId };
}

function placeOf(cursor: string): { startedAt: Date; reference: string } {
  const { startedAt, key } = readCursor(cursor);
  return { startedAt, reference: key };
}
