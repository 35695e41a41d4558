import type { TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import type { StoredConnection } from '../connection-register.ts';
import type { ExpiryFacts } from './calendar.ts';
import { type ExpiringParts, expiriesOf } from './expiries-of.ts';
import type { Expiry } from './expiry.ts';
import type { FigureBook, SignInFigures } from './figures.ts';
import { type HealthState, judge, type Reason } from './judge.ts';
import type { PublishedBook, PublishedFacts } from './published.ts';

export interface HealthNeeds {
  figures: FigureBook;
  published: PublishedBook;
  expiryFacts: ExpiryFacts;
  world: Pick<World, 'now'>;
}

export interface Health {
  readonly state: HealthState;
  readonly reasons: readonly Reason[];
  readonly published: PublishedFacts | undefined;
  readonly figures: SignInFigures;
  readonly expiries: readonly Expiry[];
}

/** How these providers of one tenant are doing now, in their order. */
export async function readHealth(
  needs: HealthNeeds,
  tenant: TenantId,
  connections: readonly StoredConnection[],
): Promise<Health[]> {
  const expiring = await needs.expiryFacts.listExpiring(tenant);
  const all: Health[] = [];
  for (const connection of connections)
    all.push(await readOne(needs, { tenant, connection, parts: expiring.get(connection.id) }));
  return all;
}

interface One {
  tenant: TenantId;
  connection: StoredConnection;
  parts: Omit<ExpiringParts, 'connection'> | undefined;
}

async function readOne(needs: HealthNeeds, { tenant, connection, parts }: One): Promise<Health> {
  const { id, document } = connection;
  const now = needs.world.now();
  const figures = await needs.figures.read(tenant, id, now);
  const published = await needs.published.findPublished(tenant, id);
  const expiries = expiriesOf({ connection, ...(parts ?? { keys: [], metadataValidUntil: null }) });
  const enabled = document.enabled && document.authentication.enabled;
  const verdict = judge({ kind: document.kind, enabled, figures, expiries, published, now });
  return { ...verdict, figures, published, expiries };
}
