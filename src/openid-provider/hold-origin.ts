import type { Session, SessionStore } from '#sessions/index.ts';
import { currentScope } from './request-scope.ts';

/**
 * The session that the code or token of this request rests on, held until the request is done: whoever ends it meanwhile waits, and finds
 * the tokens that were made; and all that happens to one family happens in turn. Null when it was ended on purpose.
 */
export async function holdOrigin({ sessions }: { sessions: SessionStore }): Promise<Session | null> {
  const scope = currentScope();
  const { originUid: uid, tenant } = scope;
  if (!uid) return null;
  if (scope.origin === undefined) scope.origin = (await scope.unit.write(() => sessions.hold(tenant.id, uid))) ?? null;
  return scope.origin;
}
