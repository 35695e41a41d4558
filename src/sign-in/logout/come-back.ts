import { Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Answer, Connection, ConnectionDirectory, ConnectionKind, LoggedOut, LogsOut } from '#upstream/index.ts';
import { newReference } from '../reference.ts';
import { hashBrowser } from '../start.ts';
import type { DepartureStore } from './departures.ts';
import { problems } from './problems.ts';
import { type LogoutProgress, type RecordLogoutNeeds, recordLogoutRefusal } from './record-logout.ts';

export interface ComeBackNeeds extends RecordLogoutNeeds {
  connections: Pick<ConnectionDirectory, 'findBySlug'>;
  departures: Pick<DepartureStore, 'take'>;
  logoutOf(kind: ConnectionKind): Partial<LogsOut<unknown>>;
}

/** What a browser brought to an address of a provider's sign-outs. */
export interface Brought {
  tenant: Tenant;
  slug: string;
  answer: Answer;
  /** The browser's own secret, from its cookie. */
  browser: string | undefined;
}

export interface CameBack {
  /** Where the application wanted the person; null for our own page. */
  target: string | null;
  outcome: LoggedOut;
  /** The provider's name, for people. */
  provider: string;
}

/** A new look at something that concerns a sign-out at this provider. @throws Problem `logout.connection_unknown` */
export async function lookAt(
  needs: Pick<ComeBackNeeds, 'connections' | 'world'>,
  { tenant, slug }: Pick<Brought, 'tenant' | 'slug'>,
): Promise<LogoutProgress & { connection: Connection }> {
  const connection = await needs.connections.findBySlug(tenant.id, slug);
  if (!connection) throw new Problem(problems.connection_unknown);
  const { world } = needs;
  const reference = newReference(world);
  return { tenant, startedAt: world.now(), reference, trace: createTrace(world), earlierLines: [], connection };
}

/**
 * Takes a browser back that was sent to its provider to sign out: the one that was sent, once, in time. Everything of ours ended before it
 * left; what is decided here is where it goes now, and what the person is told.
 *
 * @throws Problem `logout.return_unknown`, `logout.unsupported`, and those of the protocol
 */
export async function comeBack(needs: ComeBackNeeds, brought: Brought): Promise<CameBack> {
  const progress = await lookAt(needs, brought);
  try {
    return await takeBack(needs, brought, progress);
  } catch (error) {
    throw await recordLogoutRefusal(needs, progress, error);
  }
}

async function takeBack(
  needs: ComeBackNeeds,
  { tenant, answer, browser }: Brought,
  { connection, trace }: LogoutProgress & { connection: Connection },
): Promise<CameBack> {
  const protocol = needs.logoutOf(connection.kind);
  const handle = protocol.findLogoutHandle?.(answer);
  const by = { browserHash: hashBrowser(browser ?? ''), connectionId: connection.id, now: needs.world.now() };
  const kept = handle === undefined ? undefined : await needs.departures.take(tenant.id, handle, by);
  trace.check({
    step: 'logout.departure',
    expected: 'sent there from this browser, not long ago, once',
    received: handle === undefined ? 'no handle' : kept === undefined ? 'unknown' : 'known',
    holds: kept !== undefined,
    otherwise: problems.return_unknown,
  });
  if (!kept || !protocol.finishLogout) throw new Problem(problems.unsupported);
  const back = { answer, remembered: kept.remember };
  const outcome = protocol.finishLogout(connection.settings, back, { ...needs.world, trace });
  return { target: kept.target, outcome, provider: connection.name };
}
