import type { Expiry, ExpiryKind } from './expiry.ts';

/** What expires next, over all tenants: seen when notices are looked for, told in the metrics. */
export interface ExpiryWatch {
  /** A new round of all tenants begins; until it has ended the last one counts. */
  begin(): void;
  see(expiries: readonly Expiry[]): void;
  end(): void;
  /** The soonest of each kind; nothing before the first round has ended. */
  soonest(): ReadonlyMap<ExpiryKind, Date>;
}

export function createExpiryWatch(): ExpiryWatch {
  let seen = new Map<ExpiryKind, Date>();
  let known: ReadonlyMap<ExpiryKind, Date> = new Map();
  return {
    begin() {
      seen = new Map();
    },
    see(expiries) {
      for (const { kind, enabled, replaced, expiresAt } of expiries) {
        const before = seen.get(kind);
        if (enabled && !replaced && (!before || expiresAt < before)) seen.set(kind, expiresAt);
      }
    },
    end() {
      known = seen;
    },
    soonest: () => known,
  };
}
