import { type AuditEvent, writeActor } from './events.ts';

/** An event as the API shows it. With `tenantId` and the time in milliseconds it is what the hash was computed over. */
export interface PublicEvent {
  id: string;
  sequence: number;
  at: string;
  action: string;
  actor: string;
  target: string;
  reference?: string;
  code?: string;
  before?: unknown;
  after?: unknown;
  previousHash: string;
  hash: string;
}

export function publicEvent({ actor, at, ...event }: AuditEvent): PublicEvent {
  return { ...event, at: at.toISOString(), actor: writeActor(actor) };
}

/** One line of `application/x-ndjson`. JSON escapes line ends, so that a value cannot make a line of its own. */
export function jsonLine(event: AuditEvent): string {
  return `${JSON.stringify(publicEvent(event))}\n`;
}

const COLUMNS = [
  'sequence',
  'at',
  'action',
  'actor',
  'target',
  'reference',
  'code',
  'before',
  'after',
  'id',
  'previousHash',
  'hash',
] as const satisfies readonly (keyof PublicEvent)[];

export const csvHeader = `${COLUMNS.join(',')}\r\n`;

/** One line of `text/csv`. @see RFC 4180 §2 */
export function csvLine(event: AuditEvent): string {
  const shown = publicEvent(event);
  return `${COLUMNS.map((column) => csvCell(shown[column])).join(',')}\r\n`;
}

/**
 * A cell that begins like a formula would be run by the spreadsheet of whoever opens the export: an apostrophe before it makes it
 * text. Spaces and control characters before the sign do not help it, nor do its full-width twins.
 * @see OWASP, CSV injection
 */
function csvCell(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const inert = /^[\s\p{C}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",;\r\n\t']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
