import type { ConnectionId, TenantId } from '#kernel/ids.ts';

/** What is known of a provider's real sign-ins of the last seven days; tests (Verify) do not count. */
export interface SignInFigures {
  readonly last24h: Ends;
  readonly last7d: Ends;
  /** Refusals of the seven days by problem code, most frequent first. */
  readonly byCode: readonly CodeFigures[];
  readonly lastSuccessAt: Date | null;
  readonly lastRefusal: { readonly at: Date; readonly code: string; readonly reference: string } | null;
  /** How far the provider's clock was ahead in the latest sign-ins that show it, newest first, in seconds. */
  readonly skews: readonly { readonly at: Date; readonly seconds: number }[];
}

export interface Ends {
  readonly succeeded: number;
  readonly refused: number;
}

export interface CodeFigures {
  readonly code: string;
  readonly count: number;
  /** Of these, in the last 24 hours. */
  readonly recent: number;
  readonly lastAt: Date;
}

/** Kept by sign-in. */
export interface FigureBook {
  read(tenant: TenantId, id: ConnectionId, now: Date): Promise<SignInFigures>;
}
