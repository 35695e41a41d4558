import type { Actor, AuditLog } from '#audit/index.ts';
import { Problem } from '#kernel/problem.ts';
import type { Transact, World } from '#kernel/world.ts';
import { isPublicMailDomain, readDomainName } from './domain-names.ts';
import { problems } from './problems.ts';
import type { Domain, DomainStore, Tenant } from './tenant.ts';

export interface DomainNeeds {
  domains: DomainStore;
  audit: AuditLog;
  transact: Transact;
  world: World;
}

/** Random bits of the token that the DNS has to show. */
const TOKEN_BYTES = 16;

/**
 * Adds a domain to a tenant. An operator's word is enough at once; a user's claim waits for the DNS, and does not learn before that
 * whether another tenant owns the domain.
 * @throws Problem `tenants.domain_invalid`, `tenants.domain_public`, `tenants.domain_exists`, `tenants.domain_taken`
 */
export async function claimDomain(
  { tenant, by, ...claim }: { tenant: Tenant; by: Actor; name: string; includeSubdomains: boolean },
  needs: DomainNeeds,
): Promise<Domain> {
  const name = checkClaimable(claim.name);
  const domain: Domain = {
    name,
    includeSubdomains: claim.includeSubdomains,
    state: by.kind === 'operator' ? 'vouched' : 'pending',
    token: Buffer.from(needs.world.randomBytes(TOKEN_BYTES)).toString('base64url'),
    createdAt: needs.world.now(),
    provenAt: null,
  };
  return needs.transact(async () => {
    const present = await needs.domains.find(tenant.id, name);
    if (present && (present.state !== 'pending' || domain.state === 'pending')) throw new Problem(problems.domain_exists);
    await putDomain(needs.domains, tenant, domain);
    await needs.audit.append(tenant.id, {
      action: 'domain.created',
      actor: by,
      target: `domain:${name}`,
      after: factsOf(domain),
    });
    return domain;
  });
}

function checkClaimable(text: string): string {
  // One trailing dot only says that the name is complete.
  const name = readDomainName(text.trim().replace(/\.$/, ''));
  if (!name)
    throw new Problem(problems.domain_invalid, {
      errors: [{ pointer: '/name', code: 'domain_invalid', detail: 'is not a domain name' }],
    });
  if (isPublicMailDomain(name)) {
    throw new Problem(problems.domain_public, {
      errors: [{ pointer: '/name', code: 'domain_public', detail: `anybody can have an address in ${name}` }],
    });
  }
  return name;
}

/** @throws Problem `tenants.domain_taken`, which tells nobody by whom */
export async function putDomain(domains: DomainStore, tenant: Tenant, domain: Domain): Promise<void> {
  if ((await domains.put(tenant.id, domain)) === 'owned-by-another') throw new Problem(problems.domain_taken);
}

/** What the audit log keeps of a domain. */
export function factsOf({ includeSubdomains, state }: Domain): { includeSubdomains: boolean; state: Domain['state'] } {
  return { includeSubdomains, state };
}
