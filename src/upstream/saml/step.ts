import { isProblem } from '#kernel/problem.ts';
import type { Fact, Trace } from '#kernel/trace.ts';
import { problems } from './problems.ts';

/**
 * Runs one step of a sign-in so that it leaves exactly one verdict: a refusal that the step did not write to the trace by itself (one of
 * `xml.*`) is written here.
 *
 * @throws Problem what the step threw
 */
export function inStep<Result>(trace: Trace, step: string, work: () => Result): Result {
  const before = trace.lines.length;
  try {
    return work();
  } catch (error) {
    const written = trace.lines.slice(before).some((line) => line.verdict === 'refused');
    if (!isProblem(error) || written) throw error;
    trace.check({
      step,
      holds: false,
      otherwise: error.type,
      detail: error.detail,
      received: error.detail ?? null,
      cause: error,
    });
    throw error;
  }
}

/** As `inStep`, with a line of success that tells what came out. */
export function passing<Result>(
  trace: Trace,
  step: string,
  { work, told }: { work: () => Result; told: (result: Result) => Fact },
): Result {
  const result = inStep(trace, step, work);
  trace.check({ step, holds: true, received: told(result), otherwise: problems.structure });
  return result;
}
