import { createGuardedFetch } from '#http/guarded-fetch/index.ts';
import type { GuardedFetch } from '#kernel/world.ts';

/** A `fetch` for the place of the world's, under which some hosts of the real world are found on this computer. */
export interface Routes {
  readonly fetch: GuardedFetch;
  /** Every address that was asked for, in order, as it was asked for. */
  readonly asked: string[];
  /** Where an address is found here; the address itself for all others. */
  find(url: string | URL): URL;
  add(host: string, base: string): void;
}

/** The discard port: nobody listens. */
const NOBODY = 'http://127.0.0.1:9/';

/** The guarded fetch stays what it is: bounds, time-outs and redirects are its own. */
export function createRoutes(): Routes {
  const bases = new Map<string, string>();
  const asked: string[] = [];
  const onward = createGuardedFetch({ allowPrivateNetwork: true });
  const find = (url: string | URL): URL => {
    const { protocol, host, pathname, search } = new URL(url);
    const base = protocol === 'https:' ? bases.get(host) : undefined;
    if (base !== undefined) return new URL(`${base}/${host}${pathname}${search}`);
    // Nobody is reached outside this computer, whatever its network.
    return protocol === 'https:' ? new URL(NOBODY) : new URL(url);
  };
  return {
    asked,
    find,
    add: (host, base) => void bases.set(host, base),
    fetch(url, options) {
      asked.push(String(url));
      return onward(find(url), options);
    },
  };
}
