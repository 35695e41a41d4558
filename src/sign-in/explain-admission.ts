import type { User } from '#directory/index.ts';
import { describeMapping, field } from '#upstream/index.ts';
import type { PersonFact } from './account.ts';
import type { Admission, Arrival } from './admit.ts';
import type { Arriving } from './find-arrival.ts';

/** What was decided about a person, and why, in a sentence for an administrator; what they are afterwards is told by who writes it. */
export function explainAdmission(admission: Admission, arrival: Arrival, arriving: Arriving): PersonFact {
  const { userAttribute, claim } = arriving.connection.policy.authentication;
  const by = `${userAttribute} “${arrival.identifier ?? ''}” (claim ${describeMapping(claim)})`;
  switch (admission.kind) {
    case 'known':
      return {
        ...nobody,
        outcome: 'known',
        before: admission.user,
        why: 'This account is linked to the person at the provider: the same issuer and subject signed in before.',
      };
    case 'linked':
      return {
        ...nobody,
        outcome: 'linked',
        before: admission.user,
        why: `Found by ${by}; the account is linked to the person at the provider from the first sign-in on.`,
      };
    case 'created':
      return {
        ...nobody,
        outcome: 'created',
        why: `Nobody here has ${by}, and ${field('/users/create')} is on: the first sign-in makes the account.`,
      };
    case 'refused':
      return {
        ...nobody,
        outcome: 'refused',
        before: foundBy(arrival),
        code: admission.problem.code,
        why: `${admission.problem.title}${admission.detail ? ` (${admission.detail})` : ''}`,
      };
  }
}

const nobody = { before: null, after: null, code: null };

function foundBy({ byLink, byIdentifier, holder }: Arrival): User | null {
  return byLink ?? byIdentifier ?? holder ?? null;
}
