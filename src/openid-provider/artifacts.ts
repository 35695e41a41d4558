import type { ApplicationId, TenantId, UserId } from '#kernel/ids.ts';
import type { SessionDependants } from '#sessions/index.ts';

/** What is kept for the protocol. Each kind has its own ids: a code is never found as a token. */
export type ArtifactKind = 'AuthorizationCode' | 'AccessToken' | 'RefreshToken' | 'Interaction' | 'ReplayDetection' | 'Consent';

export interface Artifact {
  /** JSON. Never holds the id or any other bearer value. */
  readonly payload: Record<string, unknown>;
  /** The authorization that it came from: all of its codes and tokens are one family. */
  readonly grantId: string | null;
  /** Public handle of the session that it rests on. */
  readonly sessionUid: string | null;
  readonly accountId: UserId | null;
  readonly expiresAt: Date | null;
}

/** Which one: the id is the bearer value itself. */
export interface ArtifactKey {
  readonly kind: ArtifactKind;
  readonly id: string;
}

export interface KeptArtifact extends Artifact {
  readonly consumedAt: Date | null;
}

/** Codes, tokens and their kin. Ids are stored as hashes: whoever reads the store holds no token. */
export interface ArtifactStore extends SessionDependants {
  /** Also what is over or spent: the reader decides what that means. */
  find(tenant: TenantId, key: ArtifactKey): Promise<KeptArtifact | undefined>;
  put(tenant: TenantId, key: ArtifactKey, artifact: Artifact): Promise<void>;
  /** @returns false when it is there already; two nodes that add the same at once get one true */
  add(tenant: TenantId, key: ArtifactKey, artifact: Artifact): Promise<boolean>;
  /** Spends it, once ever: one conditional statement. */
  consume(tenant: TenantId, key: ArtifactKey, at: Date): Promise<'consumed' | 'spent' | 'gone'>;
  remove(tenant: TenantId, key: ArtifactKey): Promise<void>;
  /** Ends a family: its codes and tokens. */
  endOfGrant(tenant: TenantId, grantId: string): Promise<void>;
  endOfAccount(tenant: TenantId, accountId: UserId): Promise<void>;
  /** Ends all that an application holds. Consents stay. */
  endOfApplication(tenant: TenantId, applicationId: ApplicationId): Promise<void>;
}
