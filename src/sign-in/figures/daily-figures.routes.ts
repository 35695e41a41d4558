import { z } from 'zod';
import type { Authorization } from '#http/authorization.ts';
import type { Gateway } from '#http/server.ts';
import type { ConnectionId } from '#kernel/ids.ts';
import { titleOfCode } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { blameOf, blames } from '#upstream/index.ts';
import type { DailyFigureBook, DayFigures } from './daily-figures.ts';
import { daysUntil, isTimeZone } from './days.ts';

/** Traces are kept so long at most, and figures are counted from them. */
const MOST_DAYS = 365;

const query = z.strictObject({
  days: z.coerce.number().int().min(1).max(MOST_DAYS).default(7).describe('today and those before it, as far as traces are kept'),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, { error: 'not a time zone of the IANA database, as Europe/Berlin' })
    .default('UTC')
    .describe('where a day begins and ends: a name of the IANA database'),
  identityProviderId: z.string().max(64).optional().describe('of this one alone'),
});

const answer = z.object({
  timeZone: z.string(),
  keptDays: z.int().describe('so long traces are kept in this tenant (`traceDays`): what is older is not counted'),
  days: z
    .array(
      z.object({
        date: z.iso.date(),
        from: z.iso.datetime(),
        until: z.iso.datetime(),
        succeeded: z.int(),
        refused: z.int(),
      }),
    )
    .describe('oldest first; every day is there'),
  causes: z
    .array(z.object({ code: z.string(), title: z.string(), blame: z.enum(blames), count: z.int() }))
    .describe('refusals of all these days by problem code, most frequent first'),
});

export interface DailyFiguresNeeds {
  dailyFigures: DailyFigureBook;
  authorization: Authorization;
  world: Pick<World, 'now'>;
}

/** GET /api/v1/sign-ins/figures: how many sign-ins a day ended how; tests do not count. */
export function registerDailyFigures(scope: Gateway, { dailyFigures, authorization, world }: DailyFiguresNeeds): void {
  const schema = {
    tags: ['sign-ins'],
    summary: 'Sign-ins by day, and refusals by cause',
    querystring: query,
    response: { 200: answer },
  };
  scope.get('/api/v1/sign-ins/figures', { onRequest: authorization.allow('sign-ins:read'), schema }, async (request) => {
    const { tenant } = request;
    const { timeZone, identityProviderId } = request.query;
    const now = world.now();
    const keptDays = tenant.settings.traceDays;
    const days = daysUntil(now, { count: Math.min(request.query.days, keptDays), timeZone });
    const connectionId = identityProviderId as ConnectionId | undefined;
    const figures = await dailyFigures.read(tenant.id, { days, connectionId, now });
    return {
      timeZone,
      keptDays,
      days: days.map(({ date, from, until }, index) => ({
        date,
        from: from.toISOString(),
        until: until.toISOString(),
        succeeded: figures[index]?.succeeded ?? 0,
        refused: total(figures[index]),
      })),
      causes: causesOf(figures),
    };
  });
}

const total = (figures: DayFigures | undefined): number =>
  [...(figures?.refused.values() ?? [])].reduce((sum, count) => sum + count, 0);

function causesOf(figures: readonly DayFigures[]): z.infer<typeof answer>['causes'] {
  const counts = new Map<string, number>();
  for (const { refused } of figures) for (const [code, count] of refused) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts]
    .map(([code, count]) => ({ code, title: titleOfCode(code), blame: blameOf(code), count }))
    .sort((one, other) => other.count - one.count || one.code.localeCompare(other.code));
}
