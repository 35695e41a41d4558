import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { KeyUse, OwnKey } from './own-keys.ts';

/** Names one key of a connection. */
export interface KeyPlace {
  connection: ConnectionId;
  key: string;
}

/** Our keys towards identity providers. Whatever changes is in force on every node with the next sign-in. */
export interface KeyRegister {
  /** The active ones first, then the next, then the retired; of each the newest first. */
  listKeys(tenant: TenantId, id: ConnectionId): Promise<OwnKey[]>;
  addKeys(tenant: TenantId, keys: readonly OwnKey[]): Promise<void>;
  /** `taken`: there is one of that use and state already, and nothing was written. */
  addKey(tenant: TenantId, key: OwnKey): Promise<'added' | 'taken'>;
  /** Makes it the one that signs and retires the one that did. Joins the running transaction; call `hold` before. */
  activateKey(tenant: TenantId, place: KeyPlace & { use: KeyUse }, at: Date): Promise<void>;
  /** `null` takes the plan back. */
  planKey(tenant: TenantId, place: KeyPlace, at: Date | null): Promise<void>;
  retireKey(tenant: TenantId, place: KeyPlace, at: Date): Promise<void>;
  removeKey(tenant: TenantId, place: KeyPlace): Promise<void>;
}

/** What time brings, in all tenants: for the job alone. */
export interface KeyCalendar {
  /** Next keys whose planned moment has come. */
  listPlanned(until: Date, limit: number): Promise<(KeyPlace & { tenant: TenantId })[]>;
  /** Active keys that expire before, and have no next one. */
  listUnfollowed(expiringBefore: Date, limit: number): Promise<{ tenant: TenantId; connection: ConnectionId; use: KeyUse }[]>;
}
