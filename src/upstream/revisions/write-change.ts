import { differences as factsThatDiffer } from '#directory/index.ts';
import type { StoredConnection } from '../connection-register.ts';
import { checkDefault } from '../create-connection.ts';
import { factsOf } from '../facts.ts';
import { checkGrants, ensureNamed } from '../grants.ts';
import type { Change, ConnectionNeeds } from '../needs.ts';
import type { Prepared } from '../prepare.ts';
import { endsAttempts, isVerified, letsIn, movesTokens, staysVerified } from './decide-change.ts';
import { differencesBetween } from './differences.ts';
import type { Beginning, Plan } from './plan-change.ts';
import type { Content, Revision, RevisionOrigin } from './revision.ts';

export interface Writing extends Pick<Beginning, 'before' | 'current' | 'staged'> {
  plan: Exclude<Plan, { outcome: 'unchanged' | 'still-staged' }>;
  origin: RevisionOrigin;
  source: number | null;
  override?: string;
}

/**
 * Writes what was planned, with its audit entry, in the running transaction.
 * @returns the current connection; undefined, and nothing written, when somebody else was faster
 * @throws Problem `upstream.input_invalid` (a second default), `upstream.beyond_caller`
 */
export async function writeChange(
  needs: ConnectionNeeds,
  change: Change,
  writing: Writing,
): Promise<StoredConnection | undefined> {
  const { before, staged } = writing;
  await needs.connections.hold(change.tenant);
  const now = await needs.connections.read(change.tenant, before.id);
  const stagedNow = await needs.revisions.findStaged(change.tenant, before.id);
  if (now?.revision !== before.revision || stagedNow?.number !== staged?.number) return undefined;
  const number = (await needs.revisions.newest(change.tenant, before.id)) || before.revision;
  return writing.plan.outcome === 'staged'
    ? stage(needs, change, { ...writing, plan: writing.plan, number: number + 1 })
    : goOn(needs, change, { ...writing, plan: writing.plan, number: number + 1 });
}

type Numbered<Outcome> = Omit<Writing, 'plan'> & { plan: Extract<Plan, { outcome: Outcome }>; number: number };

/** Live, or the current draft; and the staged one anew. */
async function goOn(
  needs: ConnectionNeeds,
  change: Change,
  { plan, number, ...writing }: Numbered<'live' | 'draft'>,
): Promise<StoredConnection | undefined> {
  const { before, current, staged, origin, source, override } = writing;
  const { next, differences, outcome } = plan;
  const { tenant, by } = change;
  const at = needs.world.now();
  const isOver = endsAttempts({ before: before.document, after: next.document, differences });
  const { document, secrets } = next;
  const after = { ...before, document, secrets, revision: number, updatedAt: at };
  const stored: StoredConnection = { ...after, trustRevision: isOver ? number : before.trustRevision };
  await checkDefault(needs, tenant, stored);
  await checkGrants(needs, change, { before: before.document, after: document });
  if (movesTokens(differences)) await needs.giveBackTokens(tenant, before.id);
  if (!(await needs.connections.replace(tenant, stored, before.revision))) return undefined;
  await supersede(needs, change, { id: before.id, revision: before.revision });
  const verification = staysVerified(differences) ? (current?.verification ?? null) : null;
  const isUnverified = !isVerified(verification) && differences.some(({ sensitive }) => sensitive) && outcome === 'live';
  const made = { document, secrets, number, base: before.revision, origin, source, madeAt: at, madeBy: by, verification };
  const overridden = isUnverified ? (override ?? null) : null;
  const live: Revision = { ...made, state: outcome, activatedAt: at, activatedBy: by, override: overridden };
  await needs.revisions.add(tenant, before.id, live);
  await needs.connections.addKeys(tenant, next.newKeys);
  if (staged && plan.staged !== 'none') await carryOver(needs, change, { stored, staged, copy: plan.staged });
  await ensureNamed(needs, change, document);
  if (letsIn(before.document) && !letsIn(document)) await needs.endSessionsOfConnection(tenant, before.id);
  if (movesTokens(differences)) await needs.users.forgetRefreshTokens(tenant, before.id);
  const asked = outcome === 'live' && differences.some(({ sensitive }) => sensitive);
  const told = {
    revision: number,
    ...(asked ? { verified: !isUnverified } : {}),
    ...(overridden === null ? {} : { override: overridden }),
  };
  await tell(needs, change, { action: 'identity-provider.changed', before, after: { id: before.id, document, secrets }, told });
  return stored;
}

/** The change of the live one, on the staged one. */
async function carryOver(
  needs: ConnectionNeeds,
  change: Change,
  { stored, staged, copy }: { stored: StoredConnection; staged: Revision; copy: Prepared | null },
): Promise<void> {
  const { tenant, by } = change;
  const at = { id: stored.id, revision: staged.number, from: ['staged'] } as const;
  await needs.revisions.mark(tenant, at, { state: copy ? 'superseded' : 'discarded' });
  if (!copy) return;
  await checkGrants(needs, change, { before: staged.document, after: copy.document });
  const moved = differencesBetween(staged, copy);
  await needs.revisions.add(tenant, stored.id, {
    ...waiting(copy),
    number: stored.revision + 1,
    base: stored.revision,
    origin: 'carried',
    source: staged.number,
    madeAt: needs.world.now(),
    madeBy: by,
    verification: staysVerified(moved) ? staged.verification : null,
  });
  await needs.connections.addKeys(tenant, copy.newKeys);
}

async function stage(
  needs: ConnectionNeeds,
  change: Change,
  { before, staged, plan, number, origin, source }: Numbered<'staged'>,
): Promise<StoredConnection> {
  const { tenant, by } = change;
  const { id, revision } = before;
  const base: Content = staged ?? before;
  if (staged) {
    const mark = { state: plan.staged ? 'superseded' : 'discarded' } as const;
    await needs.revisions.mark(tenant, { id, revision: staged.number, from: ['staged'] }, mark);
  }
  if (!plan.staged) {
    await tell(needs, change, { action: 'identity-provider.discarded', before: { id, ...base }, after: before, told: {} });
    return before;
  }
  // What is live was granted by somebody who could; what is staged, too.
  await checkGrants(needs, change, { before: base.document, after: plan.staged.document });
  const moved = differencesBetween(base, plan.staged);
  const verified = staged && staysVerified(moved) ? staged.verification : null;
  const made = { number, base: revision, origin, source, madeAt: needs.world.now(), madeBy: by, verification: verified };
  await needs.revisions.add(tenant, id, { ...waiting(plan.staged), ...made });
  await needs.connections.addKeys(tenant, plan.staged.newKeys);
  const told = { revision: number, over: revision };
  await tell(needs, change, {
    action: 'identity-provider.staged',
    before: { id, ...base },
    after: { id, ...plan.staged },
    told,
  });
  return before;
}

const waiting = ({ document, secrets }: Content) =>
  ({ document, secrets, state: 'staged', activatedAt: null, activatedBy: null, override: null }) as const;

/** What is current makes room: none, where there were no revisions yet. */
export async function supersede(
  { revisions }: ConnectionNeeds,
  { tenant }: Change,
  at: { id: StoredConnection['id']; revision: number },
): Promise<void> {
  await revisions.mark(tenant, { ...at, from: ['live', 'draft'] }, { state: 'superseded' });
}

interface Told {
  action: string;
  before: Pick<StoredConnection, 'id' | 'document' | 'secrets'>;
  after: Pick<StoredConnection, 'id' | 'document' | 'secrets'>;
  told: Record<string, unknown>;
}

/** Only what differs; of secrets that they do. Last in the transaction. */
export async function tell(
  { audit }: ConnectionNeeds,
  { tenant, by }: Change,
  { action, before, after, told }: Told,
): Promise<void> {
  const facts = factsThatDiffer(factsOf(before), factsOf(after));
  const isSecretNew = JSON.stringify(before.secrets) !== JSON.stringify(after.secrets);
  await audit.append(tenant, {
    action,
    actor: by,
    target: `connection:${before.id}`,
    before: facts.before,
    after: { ...facts.after, ...(isSecretNew ? { secretsChanged: true } : {}), ...told },
  });
}
