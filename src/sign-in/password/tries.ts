import type { TenantId } from '#kernel/ids.ts';

/** How often something may be tried before it costs time, and how much. */
export interface TriesRule {
  /** So many are free. */
  readonly free: number;
  /** Seconds to wait after each further one; the last stands for all that follow. */
  readonly pauses: readonly number[];
  /** After so many seconds from the first one counting begins anew. */
  readonly windowSeconds: number;
}

/**
 * Somebody at one network who guesses one person's password. It ends that, and nothing else: the same person gets in from another
 * network, and everywhere through an identity provider (ATTACKS T150).
 */
export const OF_PAIR: TriesRule = { free: 5, pauses: [30, 60, 120, 240, 480, 900], windowSeconds: 24 * 3600 };
/** One network that tries one password on many people. */
export const OF_NETWORK: TriesRule = { free: 30, pauses: [30, 60, 120, 300], windowSeconds: 3600 };
/**
 * Many networks that guess one person's password: slowed down rather than stopped. Networks from which that person has signed in lately
 * do not feel it, or whoever has a thousand addresses could keep an administrator out in an emergency.
 */
export const OF_IDENTIFIER: TriesRule = { free: 100, pauses: [60], windowSeconds: 3600 };

/** So long a network counts as one that the person signs in from. */
export const TRUSTED_DAYS = 90;

export interface Tried {
  /** Until then nothing is looked at; null: go on. */
  readonly blockedUntil: Date | null;
  readonly isTrusted: boolean;
}

/** Counters that all nodes share. A try is counted before it is judged: of fifty at once only the free ones are looked at. */
export interface TriesStore {
  /** Counts one, in one statement; a blocked one is not counted, and moves nothing. */
  count(tenant: TenantId, key: string, how: { rule: TriesRule; now: Date }): Promise<Tried>;
  /** It was right: forgets what was counted, and trusts that key from now on where so said. */
  forgive(tenant: TenantId, key: string, how: { trustUntil?: Date }): Promise<void>;
  removeExpired(now: Date, limit: number): Promise<number>;
}

/** Whom a try is about, and from where. */
export interface Guess {
  readonly tenant: TenantId;
  /** As typed: whether somebody has that name makes no difference. */
  readonly identifierKey: string;
  readonly network: string;
}

const pairOf = ({ identifierKey, network }: Guess): string => `pair\u0000${identifierKey}\u0000${network}`;
const networkOf = ({ network }: Guess): string => `network\u0000${network}`;
const identifierOf = ({ identifierKey }: Guess): string => `identifier\u0000${identifierKey}`;

/** @returns until when to wait; undefined to go on */
export async function countTry(tries: TriesStore, guess: Guess, now: Date): Promise<Date | undefined> {
  const { tenant } = guess;
  const pair = await tries.count(tenant, pairOf(guess), { rule: OF_PAIR, now });
  if (pair.blockedUntil) return pair.blockedUntil;
  const network = await tries.count(tenant, networkOf(guess), { rule: OF_NETWORK, now });
  if (network.blockedUntil) return network.blockedUntil;
  const identifier = await tries.count(tenant, identifierOf(guess), { rule: OF_IDENTIFIER, now });
  return pair.isTrusted ? undefined : (identifier.blockedUntil ?? undefined);
}

/** A right password is no sign of guessing. What others guess at the same name goes on counting. */
export async function forgiveTry(tries: TriesStore, guess: Guess, now: Date): Promise<void> {
  const trustUntil = new Date(now.getTime() + TRUSTED_DAYS * 86_400_000);
  await tries.forgive(guess.tenant, pairOf(guess), { trustUntil });
  await tries.forgive(guess.tenant, networkOf(guess), {});
}
