import type { TenantId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { createTrace, type TraceLine } from '#kernel/trace.ts';
import type { World } from '#kernel/world.ts';

import type { Answer, Connection, ConnectionKind, UpstreamIdentity, UpstreamProtocol } from '#upstream/index.ts';
import type { Attempt } from './attempts.ts';
import { checkBindings } from './checks/attempt.ts';
import type { Progress } from './progress.ts';

export interface JudgeNeeds {
  protocolOf(kind: ConnectionKind): UpstreamProtocol<unknown>;
  /**
   * The provider's published keys, read once more, bounded for each connection and time; the connection with them, if there are new ones.
   * OpenID Connect does so by itself, with keys that are no part of the settings.
   */
  refreshKeys?(tenant: TenantId, connection: Connection): Promise<Connection | undefined>;
  world: World;
}

/**
 * No configured key made the signature: the provider may have begun to sign with a new one. Of an encrypted assertion nobody is told more
 * than that it failed; whatever failed, the same is done, so that nothing can be learnt from it (ATTACKS T42).
 */
const UNKNOWN_KEY = ['xml.signature_value', 'saml.decryption_failed'];

/**
 * Has the protocol judge an answer by the settings that are live now; once more where they only lacked the key that the provider publishes.
 *
 * @throws Problem `sign_in.attempt_expired`, `sign_in.other_connection`, `sign_in.connection_*`, and those of the protocol
 */
export async function judgeAnswer(
  needs: JudgeNeeds,
  progress: Progress,
  judged: { connection: Connection; attempt: Attempt; answer: Answer },
): Promise<UpstreamIdentity> {
  const { connection } = judged;
  const judging = (live: Connection) => judge(needs, progress, { ...judged, connection: live });
  return withRenewedKeys(needs, progress, { connection, judging });
}

/** Judges, and once more where it lacked the key that the provider publishes; `progress.connection` is the one that was judged by last. */
export async function withRenewedKeys<Result>(
  needs: JudgeNeeds,
  progress: Progress,
  { connection, judging }: { connection: Connection; judging: (connection: Connection) => Promise<Result> },
): Promise<Result> {
  try {
    return await judging(connection);
  } catch (error) {
    if (!isProblem(error, ...UNKNOWN_KEY)) throw error;
    const renewed = await needs.refreshKeys?.(progress.tenant.id, connection);
    if (!renewed || renewed.revision === connection.revision) throw error;
    startOver(needs, progress, renewed);
    return judging(renewed);
  }
}

async function judge(
  needs: JudgeNeeds,
  progress: Progress,
  { connection, attempt, answer }: { connection: Connection; attempt: Attempt; answer: Answer },
): Promise<UpstreamIdentity> {
  const { trace } = progress;
  checkBindings(attempt, connection, { trace, now: needs.world.now() });
  const world = { ...needs.world, trace };
  const identity = await needs.protocolOf(connection.kind).finish(connection.settings, answer, attempt.kept.remember, world);
  progress.identity = identity;
  return identity;
}

/** The first verdict stays in the trace, as what it was: not the last word. */
function startOver({ world }: JudgeNeeds, progress: Progress, renewed: Connection): void {
  const first = progress.trace.lines.map(
    (line): TraceLine => (line.verdict === 'refused' ? { ...line, verdict: 'noted' } : line),
  );
  progress.earlierLines = [...progress.earlierLines, ...first];
  progress.trace = createTrace(world);
  progress.connection = renewed;
  progress.trace.note('sign_in.keys_renewed', {
    expected: 'a key that the provider publishes',
    received: { revision: renewed.revision },
  });
}
