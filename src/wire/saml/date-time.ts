const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,12}))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/**
 * A moment of `xs:dateTime`, or nothing when the text is not one: four-digit year, a day that exists, no leap second, and a zone
 * (a time without one means something else on every machine). More than milliseconds are cut off.
 *
 * @see XML Schema Part 2 §3.2.7, SAML Core §1.3.3
 */
export function readDateTime(text: string): Date | undefined {
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milliseconds = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  // Date rolls 30 February over into March; what was written must be what is meant.
  const real = local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) return undefined;
  return new Date(local.getTime() - offsetMinutes(found[8] ?? 'Z') * 60_000);
}

/** A moment as SAML messages carry it: UTC, whole seconds. */
export function writeDateTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') ? -minutes : minutes;
}
