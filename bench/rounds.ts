import { type Latencies, measureLatency, measureStages, type StageCosts } from './measure.ts';
import type { Subject } from './subject.ts';

/** What was measured of one gateway. */
export interface Measured {
  subject: Subject;
  /** Of each round, in the order in which they were driven. */
  rounds: StageCosts[];
  latencies: Latencies[];
  memoryMegabytes: number;
  startMilliseconds: number;
}

/** Sign-ins of a round: two seconds, in which a machine that others use too stays about the same. */
const ROUND = 100;

/** How many at once when latencies are measured. */
const CONCURRENCIES = [1, 8, 32];

/**
 * Measures gateways in turn, a round each, so that all of them have the same quiet and the same loud minutes of the machine: what one costs
 * in shares of another is told from the rounds in pairs, whatever the machine does meanwhile.
 */
export async function measureInTurn(
  subjects: readonly Subject[],
  { count, warmup, latency }: { count: number; warmup: number; latency: boolean },
): Promise<Measured[]> {
  const measured = subjects.map((subject) => ({ subject, rounds: [] as StageCosts[], latencies: [] as Latencies[] }));
  // The first sign-ins compile, fill caches and open connections.
  for (const { subject } of measured)
    await measureLatency(subject.gateway, { ...driveOf(subject), count: warmup, concurrency: 8 });
  for (let done = 0; done < count; done += ROUND)
    for (const { subject, rounds } of measured)
      rounds.push(await measureStages(subject.gateway, { ...driveOf(subject), count: ROUND, from: done }));
  for (const concurrency of latency ? CONCURRENCIES : [])
    for (const { subject, latencies } of measured)
      latencies.push(await measureLatency(subject.gateway, { ...driveOf(subject), count: Math.ceil(count / 2), concurrency }));
  return measured.map((each) => ({
    ...each,
    memoryMegabytes: each.subject.gateway.memoryMegabytes(),
    startMilliseconds: each.subject.gateway.startMilliseconds,
  }));
}

function driveOf({ targets, scenario }: Subject) {
  return { targets, provider: scenario.provider };
}
