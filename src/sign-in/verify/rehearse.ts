import type { Transact } from '#kernel/world.ts';
import { Raced } from '../apply-admission.ts';

/** Thrown to let a transaction fall in which all went well. */
class Undone extends Error {}

/**
 * Does the work for real in a transaction, and lets the transaction fall whatever came of it: what is read inside is what would be, what
 * is written is gone. Only for the outermost transaction: a rehearsal in somebody else's would let that one fall.
 */
export async function rehearse<Result>(transact: Transact, work: () => Promise<Result>): Promise<Result> {
  try {
    return await once(transact, work);
  } catch (error) {
    if (!(error instanceof Raced)) throw error;
    return once(transact, work);
  }
}

async function once<Result>(transact: Transact, work: () => Promise<Result>): Promise<Result> {
  const done: Result[] = [];
  try {
    await transact(async () => {
      done.push(await work());
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return done[0] as Result;
}
