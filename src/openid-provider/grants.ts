import type { ApplicationId, UserId } from '#kernel/ids.ts';
import { newSecret, type World } from '#kernel/world.ts';

/**
 * What a person has let an application have, in one authorization. It has no row of its own: everything that it says is in its id, and
 * whether it still holds is said by the rows of its codes and tokens, which all carry the id. It is a reference, never a credential.
 */
export interface GrantReference {
  readonly applicationId: ApplicationId;
  /** `registered`: a first-party application has what it is registered for. `consented`: what the person agreed to. */
  readonly basis: 'registered' | 'consented';
  readonly userId: UserId;
}

/** Starts every grant of an application. */
export const grantPrefixOf = (applicationId: ApplicationId): string => `${applicationId}.`;

/** A new authorization: a family of its own, so that one that is revoked takes no other with it. */
export function newGrantId({ applicationId, basis, userId }: GrantReference, world: World): string {
  return `${grantPrefixOf(applicationId)}${basis}.${userId}.${newSecret(world)}`;
}

export function readGrantId(id: string): GrantReference | undefined {
  const [applicationId, basis, userId, secret, ...more] = id.split('.');
  if (!applicationId || !userId || !secret || more.length > 0) return undefined;
  if (basis !== 'registered' && basis !== 'consented') return undefined;
  return { applicationId: applicationId as ApplicationId, basis, userId: userId as UserId };
}

/** Under this id a person's consent to an application is remembered. */
export const consentIdOf = (applicationId: ApplicationId, userId: UserId): string => `${applicationId}.${userId}`;
