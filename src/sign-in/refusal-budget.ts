import type { TenantId } from '#kernel/ids.ts';

/** So many refusals a minute, a tenant and node, are kept where nobody had begun a sign-in; more are a flood, or an attack. */
const KEPT_A_MINUTE = 120;
/** Of those beyond, one in so many is kept all the same: what is going on stays to be seen. */
const SAMPLED = 100;
const MINUTE = 60_000;

/** Whether a refusal is kept, and how many before it were not. */
export type Budgeted = { readonly kind: 'keep'; readonly suppressed: number } | { readonly kind: 'leave out' };

/**
 * Strangers can post anything to a tenant's addresses: what belongs to no sign-in must not fill its traces and its audit log, nor push out
 * what does. Attempts are not counted here: each was begun, and is refused once.
 */
export interface RefusalBudget {
  take(tenant: TenantId, now: Date): Budgeted;
}

interface Spent {
  minute: number;
  taken: number;
  suppressed: number;
}

export function createRefusalBudget(): RefusalBudget {
  const spent = new Map<TenantId, Spent>();
  return {
    take(tenant, now) {
      const minute = Math.floor(now.getTime() / MINUTE);
      const own = spent.get(tenant) ?? { minute, taken: 0, suppressed: 0 };
      if (own.minute !== minute) Object.assign(own, { minute, taken: 0 });
      own.taken += 1;
      spent.set(tenant, own);
      if (own.taken > KEPT_A_MINUTE && own.taken % SAMPLED !== 0) {
        own.suppressed += 1;
        return { kind: 'leave out' };
      }
      const { suppressed } = own;
      own.suppressed = 0;
      return { kind: 'keep', suppressed };
    },
  };
}
