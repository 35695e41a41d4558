import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Problem } from '#kernel/problem.ts';
import { isPublicAddress } from './addresses.ts';
import { problems } from './problems.ts';

/** Resolves a host name to all its addresses: the shape of `dns.lookup` with `all`. */
export type Lookup = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface Connections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly lookup: LookupFunction;
}

/** Sockets that one host may hold, and all hosts together: one slow provider must not take the sockets of all others. */
const SOCKETS_PER_HOST = 32;
const SOCKETS_IN_ALL = 1024;
const IDLE_SOCKETS_PER_HOST = 8;
/** Below the five seconds after which common servers (Node, Apache) close an idle connection, so that it is rarely closed under a request. */
const IDLE_MILLISECONDS = 4000;

/**
 * Keep-alive connections, and a lookup that answers only with addresses that may be connected to. It is called by the socket itself:
 * what was judged is what is connected to, so a name that changes its address between check and use gains nothing.
 */
export function createConnections({
  allowPrivateNetwork,
  lookup,
}: {
  allowPrivateNetwork: boolean;
  lookup?: Lookup;
}): Connections {
  const limits = {
    keepAlive: true,
    maxSockets: SOCKETS_PER_HOST,
    maxTotalSockets: SOCKETS_IN_ALL,
    maxFreeSockets: IDLE_SOCKETS_PER_HOST,
    timeout: IDLE_MILLISECONDS,
  };
  return {
    http: new HttpAgent(limits),
    https: new HttpsAgent(limits),
    lookup: guardLookup(lookup ?? systemLookup, allowPrivateNetwork),
  };
}

function guardLookup(resolve: Lookup, allowPrivateNetwork: boolean): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      // All of them: with one public and one private record the socket may try either.
      const refused = allowPrivateNetwork ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      const first = addresses[0];
      if (refused) return done(new Problem(problems.address_refused, { facts: { host, address: refused.address } }), '');
      if (!first) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}
