import { createHash } from 'node:crypto';
import type { Actor, AuditLog } from '#audit/index.ts';
import { type ApplicationId, type ConnectionId, newId, type TenantId } from '#kernel/ids.ts';
import { Problem } from '#kernel/problem.ts';
import { newSecret, type Transact, type World } from '#kernel/world.ts';
import type { Tenant } from '#tenants/index.ts';
import { type Connection, type ConnectionDirectory, type RevisionRegister, upstreamProblems } from '#upstream/index.ts';
import { newReference } from '../reference.ts';
import { problems } from './problems.ts';
import type { Verification, VerificationStore } from './verification.ts';

/** A ticket waits this long for somebody to open it. */
export const TICKET_SECONDS = 15 * 60;

export interface StartVerificationNeeds {
  connections: Pick<ConnectionDirectory, 'find' | 'findRevision'>;
  revisions: Pick<RevisionRegister, 'findStaged'>;
  verifications: VerificationStore;
  isApplication(tenant: TenantId, id: ApplicationId): Promise<boolean>;
  audit: AuditLog;
  transact: Transact;
  world: World;
}

export interface Asked {
  tenant: Tenant;
  tenantUrl: string;
  by: Actor;
  connectionId: ConnectionId;
  /** The staged revision, where there is one, else the current one. */
  revision?: number | undefined;
  applicationId?: ApplicationId | undefined;
}

export const hashTicket = (ticket: string): string => createHash('sha256').update(`verify ${ticket}`).digest('base64url');

/**
 * Makes the ticket of a test sign-in: good once, for 15 minutes, for this tenant, connection and revision; only its hash is kept.
 *
 * @throws Problem `upstream.connection_unknown`, `verify.revision_unknown`, `verify.application_unknown`
 */
export async function startVerification(
  needs: StartVerificationNeeds,
  asked: Asked,
): Promise<{ verification: Verification; url: string }> {
  const { tenant, tenantUrl, by, applicationId } = asked;
  const connection = await findTested(needs, asked);
  await checkApplication(needs, asked);
  const ticket = newSecret(needs.world);
  const startedAt = needs.world.now();
  const verification: Verification = {
    id: newId('ver', needs.world),
    connectionId: connection.id,
    revision: connection.revision,
    applicationId: applicationId ?? null,
    reference: newReference(needs.world),
    state: 'waiting',
    startedBy: by,
    startedAt,
    openedAt: null,
    expiresAt: new Date(startedAt.getTime() + TICKET_SECONDS * 1000),
    endedAt: null,
    browserHash: null,
    begun: [],
    report: null,
  };
  await needs.transact(async () => {
    await needs.verifications.add(tenant.id, verification, hashTicket(ticket));
    await needs.audit.append(tenant.id, {
      action: 'identity-provider.verification-started',
      actor: by,
      target: `connection:${connection.id}`,
      reference: verification.reference,
      after: { verification: verification.id, revision: connection.revision },
    });
  });
  return { verification, url: `${tenantUrl}/sso/${connection.slug}/verify?ticket=${ticket}` };
}

/** @throws Problem `verify.application_unknown`: of this tenant */
export async function checkApplication(
  { isApplication }: Pick<StartVerificationNeeds, 'isApplication'>,
  { tenant, applicationId }: Pick<Asked, 'tenant' | 'applicationId'>,
): Promise<void> {
  if (applicationId === undefined || (await isApplication(tenant.id, applicationId))) return;
  const fault = { pointer: '/applicationId', code: 'unknown', detail: 'there is no such application' };
  throw new Problem(problems.application_unknown, { errors: [fault] });
}

/**
 * The connection as the revision has it that is asked for: the staged one, where there is one, unless another is named.
 * @throws Problem `upstream.connection_unknown`, `verify.revision_unknown`
 */
export async function findTested(
  needs: Pick<StartVerificationNeeds, 'connections' | 'revisions'>,
  { tenant, connectionId, revision }: Pick<Asked, 'tenant' | 'connectionId' | 'revision'>,
): Promise<Connection> {
  const current = await needs.connections.find(tenant.id, connectionId);
  if (!current) throw new Problem(upstreamProblems.connection_unknown);
  const wanted = revision ?? (await needs.revisions.findStaged(tenant.id, connectionId))?.number ?? current.revision;
  const found = await needs.connections.findRevision(tenant.id, connectionId, wanted);
  if (!found) throw new Problem(problems.revision_unknown);
  return found;
}
