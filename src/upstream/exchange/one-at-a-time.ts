import { Problem } from '#kernel/problem.ts';
import { problems } from '../problems.ts';

/** A second or two of work. Whoever comes later is better told so. */
const WAITING = 4;

/**
 * Deriving a key takes one of the process's four threads and many megabytes. On these threads each commit is put on disk: a few
 * documents with secrets, sent at once by one tenant, would hold up every other one.
 */
export function createOneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let isBusy = false;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (isBusy) {
      if (waiting.length >= WAITING) throw new Problem(problems.busy);
      // Whoever ends hands the place on: it is never free in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    isBusy = true;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else isBusy = false;
    }
  };
}
