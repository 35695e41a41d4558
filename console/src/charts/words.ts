import type { DayOfFigures, Figures } from './figures.ts';

/** A date is a date, wherever it is read. */
const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' });
const whole = dates({ weekday: 'long', day: 'numeric', month: 'long' });
const weekday = dates({ weekday: 'short' });
const short = dates({ day: 'numeric', month: 'short' });

export const nameOfDay = ({ date }: DayOfFigures): string => whole.format(new Date(date));
export const shortNameOfDay = ({ date }: DayOfFigures, days: number): string =>
  (days <= 8 ? weekday : short).format(new Date(date));

export const counted = ({ succeeded, refused }: Pick<DayOfFigures, 'succeeded' | 'refused'>): string =>
  `${succeeded} signed in, ${refused} refused`;

/** Whose business a refusal is, as what to do about it. */
export const blames: Record<Figures['causes'][number]['blame'], string> = {
  configuration: 'Look at the provider and its settings',
  person: 'Concerns the person’s account',
  passing: 'Passes by itself: the browser, or time',
  gateway: 'Tell the operator of this service',
};
