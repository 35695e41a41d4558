import type { Actor } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import { getDomain } from './change-domain.ts';
import { type DomainNeeds, factsOf, putDomain } from './claim-domain.ts';
import { problems } from './problems.ts';
import type { Domain, Tenant } from './tenant.ts';

/**
 * Asks the DNS for the TXT records of a name; each record is its character strings in order (RFC 1035 §3.3.14). An empty list when
 * the name or its records do not exist; rejects when nobody can tell.
 */
export type ResolveTxt = (name: string) => Promise<readonly (readonly string[])[]>;

/** The record that proves a domain. */
export function recordOf({ name, token }: Domain): { name: string; type: 'TXT'; value: string } {
  return { name: `_sallyport.${name}`, type: 'TXT', value: `sallyport-domain=${token}` };
}

/**
 * Makes a claimed domain the tenant's own once its TXT record is seen. Proven once, proven: it is not asked for again.
 * @throws Problem `tenants.domain_unknown`, `tenants.domain_lookup_failed`, `tenants.domain_not_proven`, `tenants.domain_taken`
 */
export async function proveDomain(
  { tenant, by, name }: { tenant: Tenant; by: Actor; name: string },
  needs: DomainNeeds & { resolveTxt: ResolveTxt },
): Promise<Domain> {
  const claimed = await getDomain(needs.domains, tenant, name);
  if (claimed.state === 'proven') return claimed;
  // Asked outside the transaction: the DNS may take seconds, and a claim that vanishes meanwhile is found gone below.
  await checkRecord(claimed, needs.resolveTxt);
  return needs.transact(async () => {
    const domain = await getDomain(needs.domains, tenant, name);
    // Claimed anew while the DNS was asked: what it showed belongs to the claim before.
    if (domain.token !== claimed.token) throw new Problem(problems.domain_not_proven);
    if (domain.state === 'proven') return domain;
    const proven: Domain = { ...domain, state: 'proven', provenAt: needs.world.now() };
    await putDomain(needs.domains, tenant, proven);
    await needs.audit.append(tenant.id, {
      action: 'domain.proven',
      actor: by,
      target: `domain:${domain.name}`,
      before: factsOf(domain),
      after: factsOf(proven),
    });
    return proven;
  });
}

async function checkRecord(domain: Domain, resolveTxt: ResolveTxt): Promise<void> {
  const record = recordOf(domain);
  const records = await resolveTxt(record.name).catch((cause: unknown) => {
    throw new Problem(problems.domain_lookup_failed, { cause, facts: { name: record.name } });
  });
  if (!records.some((strings) => strings.join('').trim() === record.value)) {
    throw new Problem(problems.domain_not_proven, {
      detail: `${record.name} has no TXT record ${record.value}`,
      facts: { name: record.name, found: records.length },
    });
  }
}
