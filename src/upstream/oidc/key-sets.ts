import { isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { problems } from './problems.ts';
import { type PublishedKey, readPublishedKey } from './published-key.ts';
import { readStrictJson } from './strict-json.ts';

/** The published keys of all providers, kept in the process. */
export interface KeySets {
  /**
   * Keys of one JWKS URI, at most ten minutes old, or as old as its `Cache-Control: max-age` says where that is less; older ones, up to a
   * day, while the provider does not answer with keys. Shortly before they are too old they are fetched anew without anybody waiting.
   * @throws Problem `oidc.keys_unavailable`
   */
  current(uri: string, world: World): Promise<readonly PublishedKey[]>;
  /** The keys fetched anew, because a token does not fit those at hand; nothing when that was done less than a minute ago or fails. */
  renew(uri: string, world: World): Promise<readonly PublishedKey[] | undefined>;
  /** The keys as they are published now, for the watch over providers. @throws Problem `oidc.keys_unavailable`; what was there stays */
  check(uri: string, world: World): Promise<readonly PublishedKey[]>;
}

interface KeySet {
  keys: readonly PublishedKey[];
  fetchedAt: number;
  /** How long they are fresh. */
  freshMilliseconds: number;
  /** No fetch for age before this time: the last one failed. */
  restsUntil: number;
  renewedAt: number;
  fetching: Promise<boolean> | undefined;
  failure: unknown;
}

/** A withdrawn key is trusted no longer than this. */
const FRESH_MILLISECONDS = 600_000;
/** A provider that says `max-age=0` is not asked at every sign-in. */
const LEAST_FRESH_MILLISECONDS = 60_000;
/** From this part of their time on, keys are fetched ahead. */
const AHEAD = 0.8;
/** How long an outage of the provider's key set is bridged. */
const STALE_MILLISECONDS = 86_400_000;
/** A flood of tokens with invented key ids makes one request a minute. */
const RENEW_MILLISECONDS = 60_000;
const REST_MILLISECONDS = 60_000;
const LARGEST_SET_BYTES = 512 * 1024;
const MOST_KEYS = 200;
const TIMEOUT_MILLISECONDS = 5000;

export function createKeySets({ capacity }: { capacity: number }): KeySets {
  const sets = new Map<string, KeySet>();
  const touch = (uri: string): KeySet => {
    const set = sets.get(uri) ?? emptySet();
    sets.delete(uri);
    sets.set(uri, set);
    // Least recently used first: the keys of providers that nobody signs in through make room.
    if (sets.size > capacity) sets.delete(sets.keys().next().value as string);
    return set;
  };
  return {
    async current(uri, world) {
      const set = touch(uri);
      const now = world.now().getTime();
      const age = now - set.fetchedAt;
      if (age >= set.freshMilliseconds && (now >= set.restsUntil || set.keys.length === 0)) await refresh(set, uri, world);
      else if (age >= set.freshMilliseconds * AHEAD && now >= set.restsUntil) void refresh(set, uri, world);
      if (set.keys.length > 0 && now - set.fetchedAt < STALE_MILLISECONDS) return set.keys;
      throw unavailable(set, uri);
    },
    async renew(uri, world) {
      const set = touch(uri);
      const now = world.now().getTime();
      if (!set.fetching) {
        if (now - set.renewedAt < RENEW_MILLISECONDS) return undefined;
        set.renewedAt = now;
      }
      return (await refresh(set, uri, world)) ? set.keys : undefined;
    },
    async check(uri, world) {
      const set = touch(uri);
      if (await refresh(set, uri, world)) return set.keys;
      throw unavailable(set, uri);
    },
  };
}

const emptySet = (): KeySet => ({
  keys: [],
  fetchedAt: -Infinity,
  freshMilliseconds: FRESH_MILLISECONDS,
  restsUntil: -Infinity,
  renewedAt: -Infinity,
  fetching: undefined,
  failure: undefined,
});

/** Fetches the keys, once for all who wait; tells whether it gave any. What was there stays when it did not. */
function refresh(set: KeySet, uri: string, world: World): Promise<boolean> {
  set.fetching ??= fetchKeys(uri, world)
    .then(
      ({ keys, freshMilliseconds }) => {
        Object.assign(set, { keys, freshMilliseconds, fetchedAt: world.now().getTime(), failure: undefined });
        return true;
      },
      (failure: unknown) => {
        Object.assign(set, { restsUntil: world.now().getTime() + REST_MILLISECONDS, failure });
        return false;
      },
    )
    .finally(() => {
      set.fetching = undefined;
    });
  return set.fetching;
}

function unavailable({ failure }: KeySet, uri: string): Problem {
  return new Problem(problems.keys_unavailable, { cause: failure, facts: { uri, cause: causeOf(failure) } });
}

async function fetchKeys(uri: string, world: World): Promise<Pick<KeySet, 'keys' | 'freshMilliseconds'>> {
  const response = await world.fetch(uri, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    maxBytes: LARGEST_SET_BYTES,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const json = readStrictJson(new Uint8Array(await response.arrayBuffer()));
  if (json.kind === 'refused') throw new Error(json.fault);
  const members = json.object.keys;
  if (!Array.isArray(members) || members.length > MOST_KEYS) throw new Error('no list of keys, or too many');
  const keys = members.map(readPublishedKey).filter((key) => key !== undefined);
  // An empty set is what some providers answer while they restart; it must not lock everybody out.
  if (keys.length === 0) throw new Error('no key that can sign');
  return { keys, freshMilliseconds: freshnessOf(response) };
}

/** @see RFC 9111 §5.2.2.1 */
function freshnessOf({ headers }: Response): number {
  const [, seconds] = /(?:^|[\s,])max-age="?(\d{1,9})"?(?:$|[\s,])/i.exec(headers.get('cache-control') ?? '') ?? [];
  if (seconds === undefined) return FRESH_MILLISECONDS;
  return Math.min(FRESH_MILLISECONDS, Math.max(LEAST_FRESH_MILLISECONDS, Number(seconds) * 1000));
}

function causeOf(failure: unknown): string {
  return isProblem(failure) ? failure.code : failure instanceof Error ? failure.message : 'none';
}
