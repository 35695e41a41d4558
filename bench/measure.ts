import { Journey, type Provider, STAGES, type Stage, type Target } from './journey.ts';
import type { MeasuredGateway } from './process.ts';

/** Server CPU of one sign-in, by stage, in milliseconds. */
export type StageCosts = Record<Stage | 'whole', number>;

export interface Latencies {
  concurrency: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  cpuPerSignIn: number;
}

/** At once, while the stages are measured one after the other: enough to keep the gateway busy, few enough to be a normal day. */
const STAGE_CONCURRENCY = 8;

/**
 * Runs the same stage of many sign-ins, then the next: the processor time between is the stage's own. What the gateway puts off (a write
 * behind the answer, garbage) falls into the stage in which it is done, and all of it into the sum.
 */
export async function measureStages(
  gateway: MeasuredGateway,
  { targets, provider, count, from }: { targets: readonly Target[]; provider: Provider; count: number; from: number },
): Promise<StageCosts> {
  const journeys = Array.from({ length: count }, (_, at) => new Journey(pick(targets, from + at), provider));
  const costs = {} as StageCosts;
  let whole = 0;
  for (const stage of STAGES) {
    if (stage === 'answer') await inParallel(journeys, STAGE_CONCURRENCY, (journey) => journey.prepare());
    const before = gateway.cpuMilliseconds();
    await inParallel(journeys, STAGE_CONCURRENCY, (journey) => journey[stage]());
    costs[stage] = (gateway.cpuMilliseconds() - before) / count;
    whole += costs[stage];
  }
  costs.whole = whole;
  return costs;
}

/** Whole sign-ins in a closed loop: so many people at once, each starting anew when done. */
export async function measureLatency(
  gateway: MeasuredGateway,
  {
    targets,
    provider,
    count,
    concurrency,
  }: { targets: readonly Target[]; provider: Provider; count: number; concurrency: number },
): Promise<Latencies> {
  const times: number[] = [];
  const cpuBefore = gateway.cpuMilliseconds();
  const startedAt = performance.now();
  await inParallel(
    Array.from({ length: count }, (_, at) => at),
    concurrency,
    async (at) => {
      const beganAt = performance.now();
      await new Journey(pick(targets, at), provider).whole();
      times.push(performance.now() - beganAt);
    },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  times.sort((one, other) => one - other);
  const percentile = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    concurrency,
    perSecond: count / seconds,
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
    cpuPerSignIn: (gateway.cpuMilliseconds() - cpuBefore) / count,
  };
}

/** Spreads sign-ins over the tenants with a stride that meets each before any comes twice. */
function pick(targets: readonly Target[], at: number): Target {
  const target = targets[(at * 7919) % targets.length];
  if (!target) throw new Error('no tenants');
  return target;
}

async function inParallel<Item>(items: readonly Item[], concurrency: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
