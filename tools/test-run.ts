import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeBatches } from './test-batches.ts';

/** One part of the suite: files, and the environment that they run in. */
export interface Part {
  name: string;
  files: string[];
  env: Record<string, string>;
  /** Processes at once, each with some of the files. */
  concurrency: number;
}

export interface Outcome {
  part: string;
  counts: Record<'tests' | 'suites' | 'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo' | 'duration', number>;
  failures: { name: string; file?: string; line?: number }[];
  /** The part was broken off, or could not even begin. */
  broken: boolean;
}

/** What a process runs may take this long before it is broken off, in milliseconds: something hangs. */
const FILE_TIMEOUT = 600_000;

/** Runs one part with node's own runner and its report for people; counts on the side. */
export async function runPart(part: Part): Promise<Outcome> {
  // Without a file the runner looks for some by itself, and would run everything.
  if (part.files.length === 0) return { part: part.name, counts: NOTHING, failures: [], broken: true };
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tally-'));
  const tally = join(folder, 'tally.json');
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./tools/test-tally.mjs'];
  const options = [
    `--test-concurrency=${part.concurrency}`,
    `--test-timeout=${FILE_TIMEOUT}`,
    ...reporters,
    '--test-reporter-destination=stderr',
  ];
  const env = { ...process.env, NODE_COMPILE_CACHE: '.cache/compile', ...part.env, SALLYPORT_TEST_TALLY: tally };
  const child = spawn(process.execPath, ['--test', ...options, ...writeBatches(part.files, folder)], { stdio: 'inherit', env });
  const abandon = (): void => void child.kill();
  process.once('exit', abandon);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  process.off('exit', abandon);
  try {
    const { counts, failures } = JSON.parse(readFileSync(tally, 'utf8'));
    return { part: part.name, counts, failures, broken: code !== 0 && failures.length === 0 };
  } catch {
    return { part: part.name, counts: NOTHING, failures: [], broken: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const NOTHING = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0, duration: 0 };

/** The last lines of the run, as node's runner writes them, over all parts. Answers the exit code. */
export function summarize(outcomes: readonly Outcome[]): number {
  const sum = (name: keyof Outcome['counts']): number => outcomes.reduce((total, { counts }) => total + counts[name], 0);
  for (const { part, failures, broken } of outcomes) {
    for (const { name, file, line } of failures) {
      const place = file === undefined ? '' : ` (${relative(process.cwd(), file)}${line === undefined ? '' : `:${line}`})`;
      console.log(`✖ ${part}: ${name}${place}`);
    }
    if (broken) console.log(`✖ ${part}: the run was broken off`);
  }
  console.log(`ℹ tests ${sum('tests')}\nℹ suites ${sum('suites')}\nℹ pass ${sum('passed')}\nℹ fail ${sum('failed')}`);
  console.log(
    `ℹ cancelled ${sum('cancelled')}\nℹ skipped ${sum('skipped')}\nℹ todo ${sum('todo')}\nℹ duration_ms ${Math.round(sum('duration'))}`,
  );
  const nothingRan = sum('tests') === 0;
  if (nothingRan) console.log('✖ no test ran');
  // What skips itself judges nothing: a file that speaks of one engine is only found for that one.
  if (sum('skipped') + sum('todo') > 0) console.log('✖ a test did not judge');
  const isBad = ({ counts: { failed, cancelled, skipped, todo }, broken }: Outcome): boolean =>
    broken || failed + cancelled + skipped + todo > 0;
  return nothingRan || outcomes.some(isBad) ? 1 : 0;
}
