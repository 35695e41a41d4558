import { isProblem } from '#kernel/problem.ts';
import type { KeyCalendar } from './key-register.ts';
import { activateKey, makeNextKey, type RollNeeds } from './roll-keys.ts';

export interface KeysByTimeNeeds extends RollNeeds {
  calendar: KeyCalendar;
  onFailure(error: unknown): void;
}

/** At most so many in one run: the next run goes on. */
const BATCH = 100;
const DAY_MILLISECONDS = 86_400_000;
/** How long before the expiry a next key is made: time to hand it to the provider's administrator. @see PRODUCT.md §1 */
export const AHEAD_DAYS = 60;

/**
 * Activates the keys whose planned moment has come. Any number of nodes may do it at once: whoever comes second finds the plan gone. A key
 * that cannot be activated any more loses its plan, so that it does not stand in the way of others.
 */
export async function activatePlanned(needs: KeysByTimeNeeds): Promise<void> {
  const now = needs.world.now();
  for (const { tenant, connection, key } of await needs.calendar.listPlanned(now, BATCH)) {
    const change = { tenant, id: connection, by: { kind: 'system' } } as const;
    try {
      await activateIfPlanned(needs, change, key);
    } catch (error) {
      needs.onFailure(error);
      if (isProblem(error)) await needs.connections.planKey(tenant, { connection, key }, null).catch(needs.onFailure);
    }
  }
}

function activateIfPlanned(needs: RollNeeds, change: Parameters<typeof activateKey>[1], key: string): Promise<void> {
  return needs.transact(async () => {
    await needs.connections.hold(change.tenant);
    const found = (await needs.connections.listKeys(change.tenant, change.id)).find(({ id }) => id === key);
    if (!found?.plannedAt || found.plannedAt > needs.world.now()) return;
    await activateKey(needs, change, { key });
  });
}

/** Makes a next key where the active one expires soon. It is announced and published; to activate it is a person's business. */
export async function announceNextKeys(needs: KeysByTimeNeeds): Promise<void> {
  const until = new Date(needs.world.now().getTime() + AHEAD_DAYS * DAY_MILLISECONDS);
  for (const { tenant, connection, use } of await needs.calendar.listUnfollowed(until, BATCH)) {
    try {
      await makeNextKey(needs, { tenant, id: connection, by: { kind: 'system' } }, use);
    } catch (error) {
      // Another node has made it meanwhile, or the connection is gone.
      if (!isProblem(error, 'own_keys.next_waiting', 'upstream.connection_unknown')) needs.onFailure(error);
    }
  }
}
