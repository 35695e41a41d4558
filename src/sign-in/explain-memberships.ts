import { nameKeyOf } from '#directory/index.ts';
import type { MembershipFact } from './account.ts';
import type { MembershipChange, Resolved, Wanted } from './decide-memberships.ts';

/** What is known once memberships were decided and looked up. */
export interface Looked {
  kind: 'group' | 'role';
  change: Exclude<MembershipChange, { how: 'leave' }>;
  /** What each value is given. */
  resolved: Resolved<{ name: string }>;
  /** Those of the names that exist here, given or not. */
  found: readonly Here[];
}

interface Here {
  name: string;
  builtIn?: boolean;
  permissions?: readonly string[];
}

/** Which value led to which membership, and why others led to none. */
export function explainMemberships(looked: Looked): MembershipFact {
  const { change, resolved } = looked;
  const found = resolved.flatMap(({ wanted, given }) => given.map(({ name }) => ({ name, because: whyGiven(change, wanted) })));
  const idle = resolved.filter(({ given }) => given.length === 0).map(({ wanted }) => wanted);
  return {
    how: change.how,
    why: WHY[change.how],
    received: change.isAssigned ? [] : [...resolved.map(({ wanted }) => wanted.value), ...change.filtered],
    found,
    unmapped: [
      ...idle.map((wanted) => ({ value: wanted.value, why: whyNot(looked, wanted) })),
      ...change.filtered.map((value) => ({ value, why: 'the group filter leaves it out' })),
    ],
  };
}

const WHY = {
  add: 'What the provider sends is added; nothing is taken away.',
  replace: 'What this provider gave before and sends no more is taken away.',
};

function whyGiven({ isAssigned }: Looked['change'], { value, isMapped }: Wanted): string {
  if (isAssigned) return 'is assigned to everybody';
  if (isMapped) return `“${value}” is mapped to it`;
  return `“${value}” came, and it has this name or its alias`;
}

function whyNot({ kind, found }: Looked, { names, isMapped }: Wanted): string {
  const here = found.find(({ name }) => names.some((wanted) => nameKeyOf(wanted) === nameKeyOf(name)));
  if (!here)
    return isMapped
      ? `it is mapped to a ${kind} that does not exist here`
      : `there is no mapping for it, and no ${kind} of this name`;
  const hasPermissions = here.builtIn === true || (here.permissions ?? []).length > 0;
  if (!isMapped && hasPermissions) return 'the role of this name has permissions: it is only given by an explicit mapping';
  return 'only the first value that means a role counts (roleSync: first)';
}
