import { X509Certificate } from 'node:crypto';
import { plain, plainLines } from './plain.ts';
import type { Style } from './style.ts';

/** RFC 3339 in UTC, as the API writes every time. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * One thing as a list of its fields: nested ones indented, times in local form, certificates by whom and until when. Fields without a value
 * are left out.
 */
export function fields(document: unknown, style: Style, indent = ''): string {
  if (!isObject(document)) return `${indent}${scalar(document, style)}\n`;
  const shown = Object.entries(document).filter(([, value]) => !isEmpty(value));
  const width = Math.max(0, ...shown.filter(([, value]) => isInline(value)).map(([key]) => labelOf(key).length));
  return shown.map(([key, value]) => field({ label: labelOf(key), value, width }, style, indent)).join('');
}

function field({ label, value, width }: { label: string; value: unknown; width: number }, style: Style, indent: string): string {
  if (isInline(value)) {
    const text = Array.isArray(value) ? value.map((one) => scalar(one, style)).join(', ') : scalar(value, style);
    return `${indent}${style.paint('dim', label.padEnd(width))}  ${text}\n`;
  }
  const head = `${indent}${style.paint('dim', label)}\n`;
  if (!Array.isArray(value)) return head + fields(value, style, `${indent}  `);
  return head + value.map((one) => item(one, style, `${indent}  `)).join('');
}

/** An entry of a list of documents: its fields, the first behind a dash. */
function item(value: unknown, style: Style, indent: string): string {
  const text = fields(value, style, `${indent}  `);
  return `${indent}- ${text.slice(indent.length + 2)}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInline = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((one) => isScalar(one) && !isCertificate(one)) && value.join(', ').length < 100
    : isScalar(value);

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.values(value).every(isEmpty));

const isCertificate = (value: unknown): boolean => typeof value === 'string' && value.startsWith('-----BEGIN CERTIFICATE-----');

/** `clientSecretExpiresAt` is "client secret expires at"; what is no name of ours stays as it is. */
function labelOf(key: string): string {
  return /^[a-z]+(?:[A-Z][a-z]*)*$/.test(key) ? key.replace(/[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`) : plain(key);
}

/** A single value in words. */
export function scalar(value: unknown, style: Style): string {
  if (value === null || value === undefined) return '-';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return plain(JSON.stringify(value));
  if (MOMENT.test(value)) return style.time(value);
  if (isCertificate(value)) return describeCertificate(value, style);
  return value.startsWith('data:') && value.length > 80
    ? `${plain(value.slice(0, 40))}… (${value.length} characters)`
    : plain(value);
}

function describeCertificate(pem: string, style: Style): string {
  try {
    const { subject, validToDate, fingerprint256 } = new X509Certificate(pem);
    return `certificate of ${plain(subject)}, until ${style.time(validToDate)}, SHA-256 ${fingerprint256}`;
  } catch {
    return 'a certificate that cannot be read';
  }
}

/** Text of a person for a person, wrapped at a width. */
export function paragraph(text: string, { columns, indent = '' }: { columns: number; indent?: string }): string {
  const width = Math.max(40, Math.min(columns, 110) - indent.length);
  return plainLines(text)
    .split('\n')
    .map((line) =>
      wrap(line, width)
        .map((part) => `${indent}${part}`.trimEnd())
        .join('\n'),
    )
    .join('\n');
}

function wrap(line: string, width: number): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
