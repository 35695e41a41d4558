import type { Expiry } from './expiry.ts';
import { wordsFor } from './expiry-words.ts';

/**
 * The calendar for a calendar program, one all-day event a thing, with a reminder a week ahead.
 *
 * @param stamp when the document is made
 * @see RFC 5545 §3.4, §3.6.1, §3.6.6
 */
export function writeICalendar(expiries: readonly Expiry[], stamp: Date): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Sallyport//Expiries//EN',
    ...expiries.flatMap((expiry) => eventOf(expiry, stamp)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function eventOf(expiry: Expiry, stamp: Date): string[] {
  const { title, whatToDo, otherwise } = wordsFor(expiry.kind, 'en');
  const { connectionId, kind, what, expiresAt } = expiry;
  const summary = `${title(expiry)} expires`;
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(`${kind}-${connectionId}-${what}@sallyport`)}`,
    `DTSTAMP:${digits(stamp).slice(0, 15)}Z`,
    `DTSTART;VALUE=DATE:${digits(expiresAt).slice(0, 8)}`,
    `SUMMARY:${escapeText(summary)}`,
    `DESCRIPTION:${escapeText(`${whatToDo}\n\n${otherwise(expiry)}`)}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(summary)}`,
    'TRIGGER:-P7D',
    'END:VALARM',
    'END:VEVENT',
  ];
}

/** `20261123T090000…` */
function digits(time: Date): string {
  return time.toISOString().replace(/[-:]/g, '');
}

/** @see RFC 5545 §3.3.11 */
function escapeText(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\n\r]/g, '\\n')
    .replace(/\p{Cc}/gu, ' ');
}

/** Octets of a line; what is longer goes on after a line end and a space. @see RFC 5545 §3.1 */
const LONGEST_LINE = 75;

function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    const most = parts.length === 0 ? LONGEST_LINE : LONGEST_LINE - 1;
    if (Buffer.byteLength(part + character) > most) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part].join('\r\n ');
}
