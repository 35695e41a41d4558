import type { MembershipFact } from './account.ts';
import type { MembershipChange } from './memberships.ts';

/** What is known once memberships were decided and looked up. */
export interface Looked {
  kind: 'group' | 'role';
  change: MembershipChange;
  /** Values of the claim; `missing` when it did not come. */
  values: readonly string[] | 'missing';
  mappings: readonly { external: string; name: string }[];
  /** Those of the names that exist here. */
  found: readonly { name: string }[];
  /** Those of them that the provider may give. */
  granted: readonly { name: string }[];
}

/** Which value led to which membership, and why others led to none. */
export function explainMemberships(looked: Looked): MembershipFact {
  const { change, values, mappings, granted } = looked;
  const received = values === 'missing' ? [] : values;
  if (change.how === 'leave') return { how: 'leave', why: change.because, received, found: [], unmapped: [] };
  const given = new Map(granted.map(({ name }) => [name.toLowerCase(), name]));
  const byValue = received.map((value) => {
    const mapped = mappings.filter(({ external }) => external === value).map(({ name }) => name);
    const names = mapped.length > 0 ? mapped : [value];
    const hits = names.flatMap((name) => given.get(name.toLowerCase()) ?? []);
    return { value, isMapped: mapped.length > 0, hits };
  });
  const found = byValue.flatMap(({ value, isMapped, hits }) =>
    hits.map((name) => ({ name, because: isMapped ? `“${value}” is mapped to it` : `“${value}” came, and it has this name` })),
  );
  const explained = new Set(found.map(({ name }) => name));
  const others = granted
    .filter(({ name }) => !explained.has(name))
    .map(({ name }) => ({ name, because: 'is assigned to everybody' }));
  const unmapped = byValue.filter(({ hits }) => hits.length === 0).map((one) => ({ value: one.value, why: whyNot(looked, one) }));
  return { how: change.how, why: WHY[change.how], received, found: [...found, ...others], unmapped };
}

const WHY = {
  add: 'What the provider sends is added; nothing is taken away.',
  replace: 'What this provider gave before and sends no more is taken away.',
};

function whyNot({ kind, found }: Looked, { value, isMapped }: { value: string; isMapped: boolean }): string {
  if (isMapped) return `it is mapped to a ${kind} that does not exist here`;
  const held = found.some(({ name }) => name.toLowerCase() === value.toLowerCase());
  if (held && kind === 'role') return 'the role of this name has permissions: it is only given by an explicit mapping';
  return `there is no mapping for it, and no ${kind} of this name`;
}
