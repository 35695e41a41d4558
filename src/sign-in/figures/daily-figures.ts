import type { ConnectionId, TenantId } from '#kernel/ids.ts';
import type { Day } from './days.ts';

/** How the real sign-ins that began on one day ended. */
export interface DayFigures {
  readonly succeeded: number;
  /** Refusals by problem code. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface WantedFigures {
  readonly days: readonly Day[];
  /** Of one provider; of all, and of those that belong to none, where it is not given. */
  readonly connectionId?: ConnectionId | undefined;
  readonly now: Date;
}

export interface DailyFigureBook {
  /** One entry a day, in their order. */
  read(tenant: TenantId, wanted: WantedFigures): Promise<DayFigures[]>;
}
