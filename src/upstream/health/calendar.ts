import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { ConnectionRegister, StoredConnection } from '../connection-register.ts';
import { listAll } from '../find-uses.ts';
import { type ExpiringParts, expiriesOf, type KeyFacts } from './expiries-of.ts';
import type { Expiry } from './expiry.ts';

export interface CalendarNeeds {
  connections: Pick<ConnectionRegister, 'listStored'>;
  expiryFacts: ExpiryFacts;
}

/** What ends and stands in no document. */
export interface ExpiryFacts {
  /** Of every provider of the tenant: our keys without their private halves, and how long its metadata is valid. */
  listExpiring(tenant: TenantId): Promise<ReadonlyMap<ConnectionId, Omit<ExpiringParts, 'connection'>>>;
}

const NOTHING: { keys: readonly KeyFacts[]; metadataValidUntil: null } = { keys: [], metadataValidUntil: null };

/** Everything of a tenant that ends at a known time, soonest first. */
export async function readCalendar(needs: CalendarNeeds, tenant: TenantId): Promise<Expiry[]> {
  const facts = await needs.expiryFacts.listExpiring(tenant);
  const all = await listAll(needs.connections, tenant);
  const expiries = all.flatMap((connection: StoredConnection) =>
    expiriesOf({ connection, ...(facts.get(connection.id) ?? NOTHING) }),
  );
  return expiries.sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}
