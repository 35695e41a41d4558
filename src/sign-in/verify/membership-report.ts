import type { MembershipSource } from '#directory/index.ts';
import type { Held, MembershipFact } from '../account.ts';
import type { MembershipReport } from './verification.ts';

export interface HeldBefore {
  before: readonly Held[];
  after: readonly Held[];
}

/** What becomes of memberships: those that the store had before, and has in the transaction that falls. */
export function membershipReportOf(fact: MembershipFact, held: HeldBefore, own: MembershipSource | undefined): MembershipReport {
  const [before, after] = [byName(held.before), byName(held.after)];
  const given = new Map(fact.found.map(({ name, because }) => [name, because]));
  const why = (name: string, sources: readonly string[]): string => {
    const others = sources.filter((source) => source !== own);
    const because = sources.some((source) => source === own) ? given.get(name) : undefined;
    return because ?? (others.length > 0 ? `is held ${others.map(wordOf).join(' and ')}` : 'was given by this provider before');
  };
  return {
    how: fact.how,
    why: fact.why,
    before: [...before].map(([name, sources]) => ({ name, sources })),
    added: [...after].filter(([name]) => !before.has(name)).map(([name, sources]) => ({ name, because: why(name, sources) })),
    removed: [...before]
      .filter(([name]) => !after.has(name))
      .map(([name]) => ({ name, because: 'this provider gave it before and does not send it any more' })),
    kept: [...after].filter(([name]) => before.has(name)).map(([name, sources]) => ({ name, because: why(name, sources) })),
    unmapped: fact.unmapped,
  };
}

function byName(held: readonly Held[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { of, source } of held) names.set(of.name, [...(names.get(of.name) ?? []), source]);
  return names;
}

function wordOf(source: string): string {
  if (source === 'manual') return 'by hand';
  if (source === 'default') return 'as a default of new accounts';
  return source.startsWith('idp:') ? `through another provider (${source.slice(4)})` : `by ${source}`;
}
