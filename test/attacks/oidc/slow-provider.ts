import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import type { FetchOptions, GuardedFetch } from '#kernel/world.ts';

/** The longest time, in milliseconds, that the gateway may give a provider; the guarded fetch's own bound is tested beside it. */
const LONGEST = 10_000;
/** So much faster time goes by for requests of these tests. */
const FASTER = 20;

/** The gateway's own guarded fetch in a world where its time-outs are over sooner. Refuses to wait longer than it ever may. */
export function createHastyFetch(): GuardedFetch {
  const fetch = createGuardedFetch({ allowPrivateNetwork: true });
  return (url, options: FetchOptions = {}) => {
    const { timeoutMilliseconds = LONGEST } = options;
    if (timeoutMilliseconds > LONGEST) throw new Error(`waits for ${timeoutMilliseconds} ms`);
    return fetch(url, { ...options, timeoutMilliseconds: timeoutMilliseconds / FASTER });
  };
}
