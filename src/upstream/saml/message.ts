import { Problem } from '#kernel/problem.ts';
import { MESSAGE_LIMITS, readBase64, xmlProblems } from '#wire/xml/index.ts';
import type { Answer } from '../protocol.ts';
import { problems } from './problems.ts';

/** Base64 of the largest message, with a line break after every 64 characters. */
const MAX_FIELD_LENGTH = Math.ceil((MESSAGE_LIMITS.maxBytes * 4) / 3) * (66 / 64) + 4;

/**
 * The bytes of the Response in an answer; nobody has looked at them yet.
 *
 * @throws Problem `saml.binding`, `saml.message_missing`, `xml.too_large`, `xml.base64`
 * @see SAML Bindings §3.5.4
 */
export function readMessage(answer: Answer): Buffer {
  if (answer.via !== 'form') throw new Problem(problems.binding);
  const field = answer.fields['SAMLResponse'];
  if (field === undefined || field === '') throw new Problem(problems.message_missing);
  if (field.length > MAX_FIELD_LENGTH) throw new Problem(xmlProblems.too_large);
  return readBase64(field);
}

/** How far into a message the root's start tag is looked for. Real ones end within 2 kB. */
const SCANNED_CHARACTERS = 12_000;
const IN_RESPONSE_TO = /\sInResponseTo\s*=\s*["']_([A-Za-z0-9_-]{43})["']/;

/**
 * The handle in the request id that a Response says to answer. Found by a bounded scan of the text, before anything was guarded or
 * parsed: it serves to look the attempt up, and the attempt's own checks decide.
 */
export function findHandle(answer: Answer): string | undefined {
  const field = answer.via === 'form' ? answer.fields['SAMLResponse'] : undefined;
  if (field === undefined) return undefined;
  const start = Buffer.from(field.slice(0, SCANNED_CHARACTERS), 'base64').toString('latin1');
  return IN_RESPONSE_TO.exec(start)?.[1];
}
