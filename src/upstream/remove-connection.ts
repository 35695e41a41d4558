import { keepAdministrator } from '#directory/index.ts';
import { Problem } from '#kernel/problem.ts';
import { type ConnectionChange, getConnection } from './change-connection.ts';
import { factsOf } from './facts.ts';
import type { ConnectionNeeds } from './needs.ts';
import { problems } from './problems.ts';

/**
 * Removes a connection with its keys, the links to it and the memberships that it gave, and ends the sessions that rest on it. Users stay.
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_differs`, `directory.last_administrator`
 */
export function removeConnection(needs: ConnectionNeeds, change: ConnectionChange): Promise<void> {
  const { tenant, id, by, revision } = change;
  return needs.transact(async () => {
    await needs.connections.hold(tenant);
    const stored = await getConnection(needs, change);
    if (revision !== undefined && revision !== stored.revision) throw new Problem(problems.revision_differs);
    await needs.giveBackTokens(tenant, id);
    await keepAdministrator(needs.roles, tenant, () => needs.users.forgetConnection(tenant, id));
    await needs.connections.remove(tenant, id);
    await needs.endSessionsOfConnection(tenant, id);
    await needs.audit.append(tenant, {
      action: 'identity-provider.removed',
      actor: by,
      target: `connection:${id}`,
      before: factsOf(stored),
    });
  });
}
