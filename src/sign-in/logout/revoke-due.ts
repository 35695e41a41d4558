import type { AuditLog } from '#audit/index.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { ConnectionKind, Revocation, RevokesTokens } from '#upstream/index.ts';
import { problems } from './problems.ts';
import type { PendingRevocation, RevocationStore } from './revocations.ts';

export interface RevokeDueNeeds {
  revocations: Pick<RevocationStore, 'claim' | 'settle' | 'putOff' | 'putOffOthers'>;
  revokerOf(kind: ConnectionKind): Partial<RevokesTokens<unknown>>;
  audit: Pick<AuditLog, 'append'>;
  transact: Transact;
  world: World;
  /** Told of every attempt that failed; never of a token. */
  onRevocationFault(fault: RevocationFault): void;
}

export interface RevocationFault {
  readonly tenant: string;
  readonly connection: string;
  /** Problem code of what was in the way. */
  readonly code: string;
  readonly attempts: number;
  readonly isLast: boolean;
  /** Of ours; undefined where it was the provider's word, or its silence. */
  readonly cause?: unknown;
}

/** `failed`: it did not come to the provider's answer; only this one is concerned. `held`: nobody has tried. */
type Outcome = Revocation | { kind: 'failed'; code: string; cause?: unknown } | { kind: 'held'; code: string };

/** Longer than an attempt can take, with all its time limits: nobody else tries meanwhile. */
const LEASE_SECONDS = 120;
/** Tokens of one run: the next one is seconds away. */
const MOST = 200;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** To wait after each attempt. */
const PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];
/** Then it is given up, however often it was tried: refresh tokens that nobody uses end by themselves at last. */
const GIVEN_UP_AFTER = 72 * HOUR;

/**
 * Tells providers of the refresh tokens that we have given up. Any number of nodes may do it at once; to say it twice changes nothing. What
 * is wrong with one keeps no other waiting.
 *
 * @throws AggregateError of what kept single ones from being written down; they are tried again
 */
export async function revokeDue(needs: RevokeDueNeeds): Promise<void> {
  const failures: unknown[] = [];
  for (let told = 0; told < MOST; told++) {
    const pending = await needs.revocations.claim(needs.world.now(), LEASE_SECONDS);
    if (!pending) break;
    await revoke(needs, pending).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'refresh tokens were not given back');
}

async function revoke(needs: RevokeDueNeeds, pending: PendingRevocation): Promise<void> {
  const { revocations, world } = needs;
  // The provider has given it again to whoever has signed in since: it goes back when they leave.
  if (pending.linkHolds === 'the same') return revocations.settle(pending);
  const outcome = await ask(needs, pending);
  if (outcome.kind === 'revoked') return revocations.settle(pending);
  const notBefore = outcome.kind === 'refused' ? undefined : decideRetry(pending, world.now());
  const { kind, ...fault } = outcome;
  const { tenant, connectionId: connection, attempts } = pending;
  if (kind !== 'held' || !notBefore)
    needs.onRevocationFault({ ...fault, tenant, connection, attempts, isLast: notBefore === undefined });
  if (!notBefore) return giveUp(needs, pending, outcome.code);
  await revocations.putOff(pending, notBefore);
  if (kind === 'unanswered') await revocations.putOffOthers(pending, notBefore);
}

async function giveUp(needs: RevokeDueNeeds, pending: PendingRevocation, code: string): Promise<void> {
  const { tenant, connectionId, attempts, linkId } = pending;
  await needs.transact(async () => {
    await needs.revocations.settle(pending);
    // Whoever looks after the provider may want to revoke it there by hand.
    await needs.audit.append(tenant, {
      action: 'refresh-token.not-revoked',
      actor: { kind: 'system' },
      target: `connection:${connectionId}`,
      code,
      after: { attempts, link: linkId },
    });
  });
}

async function ask({ revokerOf, world }: RevokeDueNeeds, { content, linkHolds }: PendingRevocation): Promise<Outcome> {
  // Providers may end the whole grant with an older token (§2.1), and with it the one that the person who is signed in rests on.
  if (linkHolds === 'another') return { kind: 'held', code: problems.token_replaced.code };
  if (content.state === 'unreadable') return { kind: 'failed', code: problems.token_unreadable.code, cause: content.cause };
  const { code } = problems.token_not_told;
  try {
    // Prepared by another release, which may run on another node still.
    return (await revokerOf(content.kind).revoke?.(content.prepared, content.token, world)) ?? { kind: 'failed', code };
  } catch (cause) {
    return { kind: 'failed', code, cause };
  }
}

/** When it is tried again; undefined when it is given up. */
export function decideRetry(
  { attempts, createdAt }: Pick<PendingRevocation, 'attempts' | 'createdAt'>,
  now: Date,
): Date | undefined {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined || now.getTime() + pause - createdAt.getTime() > GIVEN_UP_AFTER) return undefined;
  return new Date(now.getTime() + pause);
}
