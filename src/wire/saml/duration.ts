const DURATION =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:\.\d{1,9})?S)?)?$/;
const DAY_SECONDS = 86_400;
/** Of years and months, then of days, hours, minutes and seconds. Months have no length; thirty days do for how long to wait. */
const SECONDS = [365 * DAY_SECONDS, 30 * DAY_SECONDS, DAY_SECONDS, 3600, 60, 1];

/**
 * An `xs:duration` in seconds, parts of a second left out; nothing when the text is none, or a negative one.
 *
 * @see XML Schema Part 2 §3.2.6
 */
export function readDurationSeconds(text: string): number | undefined {
  const found = DURATION.exec(text);
  const parts = found?.slice(1) ?? [];
  if (!parts.some((part) => part !== undefined) || text.endsWith('T')) return undefined;
  return parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (SECONDS[at] ?? 0), 0);
}
