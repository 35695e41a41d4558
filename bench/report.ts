import { STAGES } from './journey.ts';
import type { Measured } from './rounds.ts';

/** Prints each gateway's medians of all rounds, and what it costs in shares of the first one. */
export function print({ engine, protocol }: { engine: string; protocol: string }, measured: readonly Measured[]): void {
  const [first] = measured;
  for (const row of measured) {
    const lines = [
      `${protocol} on ${engine}, ${row.subject.name}: ${ms(median(wholes(row)))} ms CPU a sign-in (best round ${ms(Math.min(...wholes(row)))})`,
      ...(first && row !== first ? [`  beside ${first.subject.name}   ${share(first, row)}`] : []),
      `  by stage   ${STAGES.map((stage) => `${stage} ${ms(median(row.rounds.map((round) => round[stage])))}`).join('   ')}`,
      ...row.latencies.map(
        ({ concurrency, perSecond, p50, p95, p99, cpuPerSignIn }) =>
          `  ${String(concurrency).padStart(2)} at once  ${perSecond.toFixed(0).padStart(4)} a second   p50 ${ms(p50)}   p95 ${ms(p95)}   p99 ${ms(p99)} ms   CPU ${ms(cpuPerSignIn)} ms`,
      ),
      `  memory ${row.memoryMegabytes.toFixed(0)} MB   ready after ${row.startMilliseconds.toFixed(0)} ms`,
    ];
    process.stdout.write(`${lines.join('\n')}\n\n`);
  }
}

/** The median of the rounds in pairs, as a signed share. */
function share(first: Measured, row: Measured): string {
  const base = wholes(first);
  const ratio = median(wholes(row).map((whole, at) => whole / (base[at] ?? whole)));
  return `${ratio < 1 ? '-' : '+'}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
}

const wholes = ({ rounds }: Measured): number[] => rounds.map(({ whole }) => whole);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const ms = (value: number): string => value.toFixed(2);
