import type { AuditLog } from '#audit/index.ts';
import type { Transact, World } from '#kernel/world.ts';
import type { ConnectionKind, Revocation, RevokesTokens } from '#upstream/index.ts';
import type { PendingRevocation, RevocationStore } from './revocations.ts';

export interface RevokeDueNeeds {
  revocations: Pick<RevocationStore, 'claim' | 'settle' | 'putOff'>;
  revokerOf(kind: ConnectionKind): Partial<RevokesTokens<unknown>>;
  audit: AuditLog;
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
}

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

/** Tells providers of the refresh tokens that we have given up. Any number of nodes may do it at once; to say it twice changes nothing. */
export async function revokeDue(needs: RevokeDueNeeds): Promise<void> {
  for (let told = 0; told < MOST; told++) {
    const pending = await needs.revocations.claim(needs.world.now(), LEASE_SECONDS);
    if (!pending) return;
    await revoke(needs, pending);
  }
}

async function revoke(needs: RevokeDueNeeds, pending: PendingRevocation): Promise<void> {
  const { revocations, world } = needs;
  const outcome = await ask(needs, pending);
  if (outcome.kind === 'revoked') return revocations.settle(pending);
  const { code } = outcome;
  const notBefore = outcome.kind === 'unanswered' ? decideRetry(pending, world.now()) : undefined;
  const { tenant, connectionId: connection, attempts } = pending;
  needs.onRevocationFault({ tenant, connection, code, attempts, isLast: notBefore === undefined });
  if (notBefore) return revocations.putOff(pending, notBefore);
  await needs.transact(async () => {
    await revocations.settle(pending);
    // Whoever looks after the provider may want to revoke it there by hand.
    await needs.audit.append(tenant, {
      action: 'refresh-token.not-revoked',
      actor: { kind: 'system' },
      target: `connection:${connection}`,
      code,
      after: { attempts, link: pending.linkId },
    });
  });
}

async function ask({ revokerOf, world }: RevokeDueNeeds, { kind, prepared, token }: PendingRevocation): Promise<Revocation> {
  const revoker = revokerOf(kind);
  // Prepared by an earlier release: there is nobody any more who could.
  if (!revoker.revoke) return { kind: 'revoked' };
  return revoker.revoke(prepared, token, world);
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
