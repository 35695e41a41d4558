import type { AsyncResource } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type * as runner from 'node:test';

/**
 * `node:test` for files that share a process. The runner knows by the asynchronous context in which suite something is declared, and
 * loading a module loses that: what a file declares at its top is led back into the suite of the file. What stands inside of that is the
 * runner's own affair again, and keeps its place in the file.
 */
const own = createRequire(import.meta.url)('node:test') as typeof runner;

export let { describe, suite, test, it, before, after, beforeEach, afterEach } = own;
export const { mock } = own;

export function letGo(): void {
  ({ describe, suite, test, it, before, after, beforeEach, afterEach } = own);
}

export function leadInto(file: AsyncResource): void {
  const led = <Declare extends (...given: never[]) => unknown>(declare: Declare): Declare => {
    const lead = (...given: Parameters<Declare>): unknown => {
      letGo();
      try {
        return file.runInAsyncScope(() => declare(...given));
      } finally {
        leadInto(file);
      }
    };
    // With what hangs on it: `test.mock`.
    return Object.setPrototypeOf(lead, declare) as Declare;
  };
  describe = led(own.describe);
  suite = led(own.suite);
  test = led(own.test);
  it = led(own.it);
  before = led(own.before);
  after = led(own.after);
  beforeEach = led(own.beforeEach);
  afterEach = led(own.afterEach);
}
