import { changeDomain, claimDomain, readDomainName, removeDomain } from '#tenants/index.ts';
import { changing, creating, differencesOf, type Planned, type Planning, planned, removing } from './plan.ts';
import type { Wanted } from './tenant-document.ts';

/** Domains, by name. A new one is claimed: an operator vouches for it by applying, everybody else has to prove it. */
export async function planDomains(
  { needs, change, rest }: Planning,
  wanted: readonly Wanted<{ name: string; includeSubdomains: boolean }>[],
): Promise<Planned[]> {
  const { of: tenant, by } = change;
  const present = await needs.domains.list(change.tenant);
  const plans = wanted.map(({ at, value: { name, includeSubdomains } }): Planned => {
    const one = planned('domain', name, at);
    const found = present.find((domain) => domain.name === readDomainName(name));
    const claim = { tenant, by, name, includeSubdomains };
    if (!found) return creating(one, async (writing) => void (await claimDomain(claim, writing)));
    const differences = differencesOf({ includeSubdomains: found.includeSubdomains }, { includeSubdomains });
    return changing(one, differences, async (writing) => void (await changeDomain({ ...claim, name: found.name }, writing)));
  });
  const kept = new Set(wanted.map(({ value }) => readDomainName(value.name)));
  const gone = rest === 'remove' ? present.filter(({ name }) => !kept.has(name)) : [];
  return [
    ...plans,
    ...gone.map(({ name }) => removing('domain', name, (writing) => removeDomain({ tenant, by, name }, writing))),
  ];
}
