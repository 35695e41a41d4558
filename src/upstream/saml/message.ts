import { Problem } from '#kernel/problem.ts';
import type { MessageField } from '#wire/saml/index.ts';
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
export function readMessage(answer: Answer, name: MessageField = 'SAMLResponse'): Buffer {
  if (answer.via !== 'form') throw new Problem(problems.binding);
  const field = answer.fields[name];
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
  return IN_RESPONSE_TO.exec(startOf(answer))?.[1];
}

/** A handle of ours, as a provider that was asked sends it back. */
const HANDLE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Whether a Response names no request at all, as far as the same scan sees: from the provider's portal, then. One with our RelayState
 * answers a request and does not say so: asked again, such a provider would do the same again, in circles.
 */
export function isUnasked(answer: Answer): boolean {
  const start = startOf(answer);
  return /^\s*</.test(start) && !start.includes('InResponseTo') && !HANDLE.test(answer.fields['RelayState'] ?? '');
}

function startOf({ via, fields }: Answer): string {
  const field = via === 'form' ? fields['SAMLResponse'] : undefined;
  return Buffer.from((field ?? '').slice(0, SCANNED_CHARACTERS), 'base64').toString('latin1');
}
