import type { Io } from '../io.ts';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Ink = keyof typeof CODES;

/** How text is shown to this person: in colour or not, in which time zone. */
export interface Style {
  paint(ink: Ink, text: string): string;
  /** `2026-11-22 19:36`, in local time. */
  time(moment: string | Date): string;
}

/** Colours on a terminal only, and not where `NO_COLOR` is set (no-color.org). */
export function styleFor({ env, timeZone }: Pick<Io, 'env' | 'timeZone'>, isTerminal: boolean): Style {
  const isColoured = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone });
  return {
    paint: (ink, text) => (isColoured && text !== '' ? `\u001b[${CODES[ink]}m${text}\u001b[0m` : text),
    time: (moment) => {
      const date = new Date(moment);
      return Number.isNaN(date.getTime()) ? String(moment) : format.format(date);
    },
  };
}

const STATES: Readonly<Record<string, Ink>> = {
  active: 'green',
  live: 'green',
  ok: 'green',
  passed: 'green',
  proven: 'green',
  vouched: 'green',
  healthy: 'green',
  'signed-in': 'green',
  verified: 'green',
  create: 'green',
  staged: 'yellow',
  waiting: 'yellow',
  pending: 'yellow',
  warning: 'yellow',
  soon: 'yellow',
  change: 'yellow',
  failed: 'red',
  failing: 'red',
  refused: 'red',
  expired: 'red',
  urgent: 'red',
  suspended: 'red',
  remove: 'red',
};

/** A state in its colour. */
export const paintState = (style: Style, state: string): string => {
  const ink = STATES[state];
  return ink === undefined ? plainWord(state) : style.paint(ink, plainWord(state));
};

const plainWord = (state: string): string => state.replace(/[^\w -]/g, '');
