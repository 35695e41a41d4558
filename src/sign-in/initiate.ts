import { createTrace } from '#kernel/trace.ts';
import type { ConnectionDirectory } from '#upstream/index.ts';
import { findConnection } from './finish.ts';
import { type Begun, type FromPortal, type PortalNeeds, startFromPortal } from './portal.ts';
import { problems } from './problems.ts';
import type { Progress } from './progress.ts';
import { type RecordNeeds, recordRefusal } from './record.ts';
import { newReference } from './reference.ts';

export type InitiateNeeds = PortalNeeds & RecordNeeds & { connections: Pick<ConnectionDirectory, 'findBySlug'> };

/**
 * Begins a sign-in that a third party asks for, at the provider whose address it was sent to. Every refusal is recorded with its trace.
 *
 * @throws Problem as `startFromPortal`, `sign_in.connection_unknown`, `sign_in.binding_unsupported`
 * @see OpenID Connect Core 1.0 §4
 */
export async function initiate(
  needs: InitiateNeeds,
  initiation: Omit<FromPortal, 'connection'> & { slug: string },
): Promise<Begun> {
  const { tenant, slug } = initiation;
  const { world } = needs;
  const progress: Progress = {
    tenant,
    startedAt: world.now(),
    reference: newReference(world),
    trace: createTrace(world),
    earlierLines: [],
  };
  try {
    const connection = await findConnection(needs, { tenant, slug }, progress);
    progress.trace.check({
      step: 'sign_in.binding',
      expected: connection.kind === 'saml' ? 'a SAML response' : 'a request to initiate a sign-in',
      received: 'a request to initiate a sign-in',
      holds: connection.kind !== 'saml',
      otherwise: problems.binding_unsupported,
    });
    return await startFromPortal(needs, { ...initiation, connection }, progress);
  } catch (error) {
    throw await recordRefusal(needs, progress, error);
  }
}
