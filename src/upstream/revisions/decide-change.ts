import type { ConnectionDocument } from '../connections.schema.ts';
import type { Difference } from './differences.ts';
import type { VerificationNote } from './revision.ts';

/**
 * `unchanged`: nothing differs; `live` and `draft`: it becomes the current one at once, of a provider that is on or off; `staged`: it waits
 * for Verify; `not-verified`: refused, because it would switch on what nobody has verified.
 */
export type Outcome = 'unchanged' | 'live' | 'draft' | 'staged' | 'not-verified';

export interface ChangeFacts {
  before: Pick<ConnectionDocument, 'enabled'>;
  after: Pick<ConnectionDocument, 'enabled'>;
  differences: readonly Difference[];
  /** Of the current revision. */
  verification: VerificationNote | null;
  override?: string;
  /** Staged whatever it changes: what nobody has asked for is only offered. */
  wish?: 'stage';
}

/** What a change comes to. Switching off is never delayed; a provider that is off is changed as one likes. */
export function decideChange({ before, after, differences, verification, override, wish }: ChangeFacts): Outcome {
  if (differences.length === 0) return 'unchanged';
  if (wish === 'stage') return 'staged';
  if (!after.enabled) return 'draft';
  if (override !== undefined) return 'live';
  if (!before.enabled) return isVerified(verification) && staysVerified(differences) ? 'live' : 'not-verified';
  return differences.some(({ sensitive }) => sensitive) ? 'staged' : 'live';
}

export const isVerified = (verification: VerificationNote | null | undefined): boolean => verification?.passed === true;

/** Whether what Verify found still holds: it looked at neither names, pictures nor switches. */
export function staysVerified(differences: readonly Difference[]): boolean {
  return differences.every(({ class: kind }) => kind === 'label' || kind === 'switch');
}

type Gate = Pick<ConnectionDocument, 'enabled' | 'authentication'>;
export const letsIn = ({ enabled, authentication }: Gate): boolean => enabled && authentication.enabled;

/** Whether sign-ins that are under way have lost their ground: they asked somebody else, or under another name, or it was switched off. */
export function endsAttempts(change: { before: Gate; after: Gate; differences: readonly Difference[] }): boolean {
  const { before, after, differences } = change;
  return (letsIn(before) && !letsIn(after)) || differences.some(({ class: kind }) => kind === 'trust');
}

/** Where and as whom tokens are asked for. */
const WHERE_TOKENS_GO = ['/oidc/issuer', '/oidc/directoryId', '/oidc/tokenEndpoint', '/oidc/clientId'];

/** Whether a refresh token that the provider gave would go to somebody else, who could use it. @see RFC 6749 §10.4 */
export const movesTokens = (differences: readonly Difference[]): boolean =>
  differences.some(({ pointer }) => WHERE_TOKENS_GO.includes(pointer));
