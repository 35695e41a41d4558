import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import { countTry, type Guess, type TriesStore } from './tries.ts';

/**
 * Counts the try, before anything is looked at.
 * @throws Problem `password.too_many_tries` with `facts.waitSeconds`
 */
export async function checkTries(tries: TriesStore, guess: Guess, now: Date): Promise<void> {
  const until = await countTry(tries, guess, now);
  if (!until) return;
  const waitSeconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  throw new Problem(problems.too_many_tries, { detail: `Try again in ${waitSeconds} seconds.`, facts: { waitSeconds } });
}
