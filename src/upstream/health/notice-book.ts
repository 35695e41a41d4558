import type { TenantId } from '#kernel/ids.ts';
import type { NoticeKey } from './due-notices.ts';

/** Which notices were sent: once ever for a thing, a number of days and the day that it ends. */
export interface NoticeBook {
  /** Those of the given ones that were sent. */
  listTold(tenant: TenantId, keys: readonly NoticeKey[]): Promise<NoticeKey[]>;
  /** Joins the running transaction. @returns false when somebody else was first: nothing was written */
  note(tenant: TenantId, key: NoticeKey, at: Date): Promise<boolean>;
}
