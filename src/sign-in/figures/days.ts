/** One calendar day somewhere on earth. */
export interface Day {
  /** `2026-11-22` */
  readonly date: string;
  readonly from: Date;
  /** Where the next day begins. */
  readonly until: Date;
}

const DAY = 86_400_000;

/** Whether this runtime knows the time zone: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Today and the days before it, oldest first, as clocks in that zone had them: 23 and 25 hours long where they are. */
export function daysUntil(now: Date, { count, timeZone }: { count: number; timeZone: string }): Day[] {
  const wallOf = wallClock(timeZone);
  const today = startOfDate(wallOf(now.getTime()));
  const starts = Array.from({ length: count + 1 }, (_, index) => {
    const date = today + (index - count + 1) * DAY;
    return { date, at: beginningOf(date, wallOf) };
  });
  return starts.slice(0, count).flatMap(({ date, at }, index) => {
    const next = starts[index + 1];
    return next ? [{ date: new Date(date).toISOString().slice(0, 10), from: new Date(at), until: new Date(next.at) }] : [];
  });
}

/** What the clocks of a zone show at a moment, as if they stood in UTC. */
type WallClock = (at: number) => number;

function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  };
}

const startOfDate = (wall: number): number => wall - (((wall % DAY) + DAY) % DAY);

/**
 * The first moment that has this date. By the offset of the day before and of the day after: where clocks are changed at midnight, only
 * one of the two leads into the day, and where they are put back into it, the earlier one is its beginning.
 */
function beginningOf(date: number, wallOf: WallClock): number {
  const candidates = [date - DAY, date + DAY].map((near) => date - (wallOf(near) - near)).sort((one, other) => one - other);
  return candidates.find((at) => startOfDate(wallOf(at)) === date) ?? date;
}
