import type { Trace, TraceLine } from '#kernel/trace.ts';
import type { SessionId } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Connection, UpstreamIdentity } from '#upstream/index.ts';
import type { Account } from './account.ts';
import type { Attempt } from './attempts.ts';

export interface SignedIn {
  sessionId: SessionId;
  returnTo: string;
  reference: string;
  /** Where the browser goes instead, when what the person signed in for has been answered. */
  answeredAt?: string | undefined;
}

/** What leaves a trace, and how far it got. */
export interface Traced {
  tenant: Tenant;
  startedAt: Date;
  reference: string;
  trace: Trace;
  earlierLines: readonly TraceLine[];
  connection?: Connection;
}

/** How far a sign-in got; what is known by then goes into its record. */
export interface Progress extends Traced {
  attempt?: Attempt;
  identity?: UpstreamIdentity;
  /** Where what is done is told, for whoever wants to know. */
  account?: Account;
}
