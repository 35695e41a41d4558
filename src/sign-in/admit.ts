import type { User } from '#directory/index.ts';
import type { ProblemType } from '#kernel/problem.ts';
import { type ConnectionPolicy, describeMapping, type UserAttribute } from '#upstream/index.ts';
import { admissionProblems as problems } from './problems.ts';

export interface Arrival {
  policy: ConnectionPolicy;
  /** Value of the claim that identifies the user. */
  identifier: string | undefined;
  /** Values of the further attributes that must match, as far as their claims came. */
  matching: Partial<Record<UserAttribute, string>>;
  /** The address that identifies is verified, in a domain that the tenant owns and this provider may speak for. */
  emailTrusted: boolean;
  /** The same of the address that the account is given. */
  emailVerified: boolean;
  /** Somebody has signed in to the account found by the identifier. */
  isEntered: boolean;
  byLink: User | undefined;
  byIdentifier: User | undefined;
  /** Somebody has this e-mail, user id or user principal name already. */
  holder: User | undefined;
}

export type Admission =
  | { kind: 'known'; user: User }
  | { kind: 'linked'; user: User }
  | { kind: 'created' }
  | { kind: 'refused'; problem: ProblemType; detail?: string };

/**
 * Decides who came in. The link by issuer and subject goes first; an attribute finds somebody only when the e-mail is trusted
 * (a provider that lets people choose their address must not choose their account); creation is last.
 *
 * @see PRODUCT.md §3; OpenID Connect Core §5.7 (only iss and sub identify)
 */
export function decideAdmission(arrival: Arrival): Admission {
  const { byLink, byIdentifier, policy } = arrival;
  if (byLink) return admitAccount('known', byLink, arrival);
  if (byIdentifier) {
    if (!arrival.emailTrusted) return { kind: 'refused', problem: problems.email_not_trusted };
    // Pre-hijacking: whoever came first with this address did not prove it, and still has a way in (ATTACKS T122).
    if (arrival.isEntered && !byIdentifier.emailVerified) return { kind: 'refused', problem: problems.account_unproven };
    return admitAccount('linked', byIdentifier, arrival);
  }
  if (arrival.identifier === undefined) {
    return {
      kind: 'refused',
      problem: problems.claim_missing,
      detail: `claim ${describeMapping(policy.authentication.claim)} did not come`,
    };
  }
  if (!policy.users.create) return { kind: 'refused', problem: problems.no_account };
  if (arrival.holder) return { kind: 'refused', problem: problems.account_exists };
  return { kind: 'created' };
}

function admitAccount(kind: 'known' | 'linked', user: User, { policy, matching }: Arrival): Admission {
  if (user.status === 'disabled') return { kind: 'refused', problem: problems.account_disabled };
  if (user.status === 'pending') return { kind: 'refused', problem: problems.account_pending };
  // Further attributes must match unless the provider may write them itself (PRODUCT.md §2).
  if (policy.users.create || policy.users.update) return { kind, user };
  const different = findMismatch(policy, matching, user);
  return different ? { kind: 'refused', problem: problems.attribute_mismatch, detail: `${different} differs` } : { kind, user };
}

/** The first match attribute whose mapped value is not the user's. */
function findMismatch(policy: ConnectionPolicy, matching: Arrival['matching'], user: User): string | undefined {
  const wanted = Object.keys(policy.authentication.matchAttributes) as UserAttribute[];
  return wanted.find((name) => {
    const received = matching[name];
    const held = valueOf(user, name);
    return received === undefined || held === undefined || !isSame(name, received, held);
  });
}

function isSame(name: string, received: string, held: string): boolean {
  return name === 'email' ? received.toLowerCase() === held.toLowerCase() : received === held;
}

export function valueOf(user: User, name: string): string | undefined {
  switch (name) {
    case 'email':
      return user.email ?? undefined;
    case 'userId':
      return user.userId ?? undefined;
    case 'userPrincipalName':
      return user.userPrincipalName ?? undefined;
    default: {
      const value = (user.profile as unknown as Record<string, unknown>)[name];
      return typeof value === 'string' ? value : undefined;
    }
  }
}
