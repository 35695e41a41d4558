import type { ConnectionId, TenantId, UserId } from '#kernel/ids.ts';

export interface RecheckKey {
  readonly userId: UserId;
  readonly connectionId: ConnectionId;
}

/** When each person was last asked about at each provider. */
export interface RecheckStore {
  /** Whether it is this caller's turn: nobody asked since `before`. In one statement: of many nodes one asks. */
  claim(tenant: TenantId, key: RecheckKey, times: { now: Date; before: Date }): Promise<boolean>;
  /** As if it had been asked at that time: sooner than usual where there was no answer. */
  setChecked(tenant: TenantId, key: RecheckKey, at: Date): Promise<void>;
}
