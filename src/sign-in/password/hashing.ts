import { Problem } from '#kernel/problem.ts';
import { type Argon2id, hashPassword, verifyPassword } from './hash.ts';
import { problems } from './problems.ts';

/** Two of the four threads that the process does such work on; nineteen megabytes each. */
const AT_ONCE = 2;
/** About two seconds of work: whoever comes later would not be waited for. */
const WAITING = 24;

/** Hashes and checks passwords, so many at once and no more: a flood of guesses takes neither the memory nor the threads of the others. */
export interface Hashing {
  /** @throws Problem `password.busy` */
  hash(password: string, salt: Uint8Array): Promise<string>;
  /** One derivation, whoever it is and whether there is a hash or not. @throws Problem `password.busy` */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export function createHashing(derive: Argon2id): Hashing {
  const queue = createQueue();
  return {
    hash: (password, salt) => queue(() => hashPassword(derive, password, salt)),
    verify: (password, hash) => queue(() => verifyPassword(derive, password, hash)),
  };
}

function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) throw new Problem(problems.busy);
      // Whoever ends hands the place on: it is never free in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
