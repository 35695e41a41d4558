import type { TenantId } from '#kernel/ids.ts';
import type { Trace } from '#kernel/trace.ts';
import type { Connection, UpstreamIdentity } from '#upstream/index.ts';
import type { SpentStore } from '../attempts.ts';
import { problems } from '../problems.ts';

/**
 * Spends the answer's own ids (assertion, ID token, code): each comes once ever, on whichever node. Runs in the transaction that opens
 * the session, so that two nodes cannot both find it unspent. Keyed by id, never by raw bytes, which an attacker can vary.
 *
 * @see SAML Profiles §4.1.4.5, RFC 9700 §4.5
 */
export async function checkReplay(
  spent: SpentStore,
  { tenant, connection, identity }: { tenant: TenantId; connection: Connection; identity: Pick<UpstreamIdentity, 'spend'> },
  trace: Trace,
): Promise<void> {
  for (const { id, until } of identity.spend) {
    const first = await spent.spend(tenant, connection.id, id, until);
    trace.check({
      step: 'sign_in.replay',
      expected: 'never seen',
      received: first ? 'new' : 'seen before',
      holds: first,
      otherwise: problems.answer_replayed,
    });
  }
}
