import { writeActor } from '#audit/index.ts';
import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { type Connection, type ConnectionDirectory, knownProviderOf } from '#upstream/index.ts';
import { neverAnswered, neverOpened, stillWaiting } from './silence.ts';
import type { Report, Summary, Verification, VerificationStore } from './verification.ts';

export interface ShowNeeds {
  verifications: VerificationStore;
  connections: Pick<ConnectionDirectory, 'find' | 'findRevision'>;
  world: World;
}

/** A verification as the API and the page show it. */
export interface ShownVerification extends Report {
  readonly id: string;
  readonly identityProviderId: ConnectionId;
  readonly revision: number;
  readonly applicationId: string | null;
  readonly reference: string;
  /** `expired`: nobody came, or the provider never sent the browser back; that is told, too. */
  readonly state: 'waiting' | 'passed' | 'failed' | 'expired';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly expiresAt: string;
  readonly startedBy: string;
}

/** With what only the pages need to know. */
export type ShownToBrowser = ShownVerification & { slug: string; provider: string; browserHash: string | null };

/** Finds a verification of a connection that there still is. */
export async function showVerification(
  needs: ShowNeeds,
  { tenant }: { tenant: { id: TenantId } },
  id: string,
): Promise<ShownToBrowser | undefined> {
  const verification = await needs.verifications.find(tenant.id, id);
  const current = verification && (await needs.connections.find(tenant.id, verification.connectionId));
  if (!verification || !current) return undefined;
  const shown = await describe(needs, tenant.id, verification);
  return { ...shown, slug: current.slug, provider: current.name, browserHash: verification.browserHash };
}

/** What is there to tell, also of one that nobody has answered. */
export async function describe(needs: ShowNeeds, tenant: TenantId, verification: Verification): Promise<ShownVerification> {
  const { id, connectionId, revision, applicationId, reference, report } = verification;
  const isOver = verification.state === 'waiting' && needs.world.now() >= verification.expiresAt;
  const state = isOver ? 'expired' : verification.state;
  const tested = report ? undefined : await needs.connections.findRevision(tenant, connectionId, revision);
  return {
    id,
    identityProviderId: connectionId,
    revision,
    applicationId,
    reference,
    state,
    startedAt: verification.startedAt.toISOString(),
    endedAt: (isOver ? verification.expiresAt : verification.endedAt)?.toISOString() ?? null,
    expiresAt: verification.expiresAt.toISOString(),
    startedBy: writeActor(verification.startedBy),
    ...(report ?? unanswered(verification, state === 'expired' ? 'expired' : 'waiting', tested)),
  };
}

const nothingYet = { claims: null, mappings: [], person: null, groups: null, roles: null, tokens: null, warnings: [] };

function unanswered(verification: Verification, state: 'waiting' | 'expired', tested: Connection | undefined): Report {
  const provider = tested === undefined ? null : knownProviderOf(tested);
  return { ...nothingYet, summary: silence(verification, state, provider), steps: verification.begun };
}

function silence(
  { openedAt }: Verification,
  state: 'waiting' | 'expired',
  provider: ReturnType<typeof knownProviderOf> | null,
): Summary {
  if (state === 'waiting') return stillWaiting(provider, openedAt === null ? 'not opened' : 'opened');
  return openedAt === null ? neverOpened() : neverAnswered(provider);
}
