import { type InputFault, Problem } from '#kernel/problem.ts';
import { begin, type Changed, type ConnectionChange, editConnection } from '../change-connection.ts';
import type { StoredConnection } from '../connection-register.ts';
import { checkDefault } from '../create-connection.ts';
import { checkGrants, ensureNamed } from '../grants.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import { readDocument, registeredOf } from '../read-document.ts';
import { endsAttempts, isVerified, letsIn, movesTokens } from './decide-change.ts';
import { differencesBetween } from './differences.ts';
import type { Beginning } from './plan-change.ts';
import type { Revision } from './revision.ts';
import { supersede, tell } from './write-change.ts';

export interface RevisionChange extends ConnectionChange {
  number: number;
}

/**
 * Makes a staged revision the live one: when Verify passed on that very revision, or for a reason that is told and kept. Of a provider that
 * is off, the current revision: that switches it on.
 *
 * @throws Problem `upstream.connection_unknown`, `upstream.revision_unknown`, `upstream.revision_not_staged`, `upstream.not_verified`,
 *   `upstream.revision_outdated`, `upstream.revision_differs`, `upstream.input_invalid`, `upstream.beyond_caller`
 */
export async function activateRevision(needs: ConnectionNeeds, change: RevisionChange): Promise<Changed> {
  const wanted = await getRevision(needs, change);
  if (wanted.state === 'draft') return switchOn(needs, change);
  const stored = await needs.transact(() => activate(needs, change));
  return { stored, outcome: stored.document.enabled ? 'live' : 'draft' };
}

/** The current draft as it is, and nothing that took its place meanwhile. */
function switchOn(needs: ConnectionNeeds, change: RevisionChange): Promise<Changed> {
  return editConnection(needs, change, async ({ before }) => {
    if (before.revision !== change.number) throw new Problem(problems.revision_not_staged);
    return { edit: { kind: 'patch', patch: { enabled: true } }, source: null };
  });
}

/** @throws Problem `upstream.revision_unknown` */
export async function getRevision(
  { revisions }: Pick<ConnectionNeeds, 'revisions'>,
  { tenant, id, number }: Pick<RevisionChange, 'tenant' | 'id' | 'number'>,
): Promise<Revision> {
  const found = await revisions.read(tenant, id, number);
  if (!found) throw new Problem(problems.revision_unknown);
  return found;
}

async function activate(needs: ConnectionNeeds, change: RevisionChange): Promise<StoredConnection> {
  const { tenant, id, by, override } = change;
  await needs.connections.hold(tenant);
  const found = await begin(needs, change);
  const { before } = found;
  const revision = checkActivation(await getRevision(needs, change), found, override);
  checkReadable(needs, change, { ...found, revision });
  const { document, secrets, number } = revision;
  await checkDefault(needs, tenant, { id, document });
  await checkGrants(needs, change, { before: before.document, after: document });
  const at = needs.world.now();
  const differences = differencesBetween(before, revision);
  const isOver = endsAttempts({ before: before.document, after: document, differences });
  const trustRevision = isOver ? number : before.trustRevision;
  const stored = { ...before, document, secrets, revision: number, trustRevision, updatedAt: at };
  const reason = isVerified(revision.verification) ? null : (override ?? null);
  if (movesTokens(differences)) await needs.giveBackTokens(tenant, id);
  // Nobody else writes while the tenant's connections are held: a number that does not fit is a fault of ours.
  if (!(await needs.connections.replace(tenant, stored, before.revision))) throw new Problem(problems.changed_meanwhile);
  await supersede(needs, change, { id, revision: before.revision });
  const state = document.enabled ? 'live' : 'draft';
  const isMarked = await needs.revisions.mark(
    tenant,
    { id, revision: number, from: ['staged'] },
    { state, at, by, override: reason },
  );
  if (!isMarked) throw new Problem(problems.revision_not_staged);
  await ensureNamed(needs, change, document);
  if (letsIn(before.document) && !letsIn(document)) await needs.endSessionsOfConnection(tenant, id);
  if (movesTokens(differences)) await needs.users.forgetRefreshTokens(tenant, id);
  const told = { revision: number, verified: reason === null, ...(reason === null ? {} : { override: reason }) };
  await tell(needs, change, { action: 'identity-provider.activated', before, after: stored, told });
  return stored;
}

function checkActivation(revision: Revision, { before }: Beginning, override: string | undefined): Revision {
  if (revision.state !== 'staged') throw new Problem(problems.revision_not_staged, { detail: `it is ${revision.state}` });
  // Every change of the live one is carried to the staged one; one that was not would be undone here without a word.
  if (revision.base !== before.revision) throw new Problem(problems.revision_outdated);
  if (override === undefined && !isVerified(revision.verification)) throw new Problem(problems.not_verified);
  return revision;
}

/** What was judged when it was staged may not hold any more: this release, or our keys, may be others. */
function checkReadable(
  { registry }: ConnectionNeeds,
  { tenantUrl }: RevisionChange,
  { before, keys, revision }: Beginning & { revision: Revision },
): void {
  const { document, secrets } = revision;
  const entry = registeredOf(registry, document);
  if (!entry) throw new Error(`connection ${before.id} is of a kind that this release does not know`);
  const whole = { ...document, [entry.member]: { ...document[entry.member], ...secrets } };
  const judged = readDocument(registry, { document: whole, keys, connectionUrl: `${tenantUrl}/sso/${before.slug}` });
  const errors: readonly InputFault[] = 'faults' in judged ? judged.faults : [];
  if (errors.length > 0) throw new Problem(problems.input_invalid, { errors });
}
