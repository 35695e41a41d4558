import type { Actor } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import { type DomainNeeds, factsOf, putDomain } from './claim-domain.ts';
import { readDomainName } from './domain-names.ts';
import { problems } from './problems.ts';
import type { Domain, DomainStore, Tenant } from './tenant.ts';

/** @throws Problem `tenants.domain_unknown` */
export async function getDomain(domains: DomainStore, tenant: Tenant, name: string): Promise<Domain> {
  const known = readDomainName(name);
  const domain = known === undefined ? undefined : await domains.find(tenant.id, known);
  if (!domain) throw new Problem(problems.domain_unknown);
  return domain;
}

/** @throws Problem `tenants.domain_unknown`, `tenants.domain_taken` when another tenant owns a subdomain */
export function changeDomain(
  { tenant, by, name, includeSubdomains }: { tenant: Tenant; by: Actor; name: string; includeSubdomains: boolean },
  needs: DomainNeeds,
): Promise<Domain> {
  return needs.transact(async () => {
    const before = await getDomain(needs.domains, tenant, name);
    const after: Domain = { ...before, includeSubdomains };
    await putDomain(needs.domains, tenant, after);
    await needs.audit.append(tenant.id, {
      action: 'domain.changed',
      actor: by,
      target: `domain:${before.name}`,
      before: factsOf(before),
      after: factsOf(after),
    });
    return after;
  });
}

/** From the next sign-in on, nothing is routed by it and no e-mail in it is trusted. @throws Problem `tenants.domain_unknown` */
export function removeDomain(
  { tenant, by, name }: { tenant: Tenant; by: Actor; name: string },
  needs: DomainNeeds,
): Promise<void> {
  return needs.transact(async () => {
    const domain = await getDomain(needs.domains, tenant, name);
    await needs.domains.remove(tenant.id, domain.name);
    await needs.audit.append(tenant.id, {
      action: 'domain.removed',
      actor: by,
      target: `domain:${domain.name}`,
      before: factsOf(domain),
    });
  });
}
