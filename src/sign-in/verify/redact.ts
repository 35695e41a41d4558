import type { UpstreamClaims } from '#upstream/index.ts';

/** Claims that bind a token to a request or a session: of no use to a reader, of use to a thief. */
const HIDDEN = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'sid', 'session_state', 'uti', 'rh', 'aio', 'jti']);
const HIDDEN_NAMES = /(?:^|_)(?:access|refresh|id)_?token$|password|client_?secret/i;
/** Three parts of base64url of which the first is a JSON object: a JWT; or one long run without spaces: a token of another kind. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*/;
const RUN = /^[\w+/=.~-]{200,}$/;

const NOT_SHOWN = '(not shown)';
const LONGEST_TEXT = 2000;
const MOST_VALUES = 1000;
const DEEPEST = 8;

/** Claims as a report shows them: as they came, without what looks like a token, and no longer than anybody reads. */
export function redactClaims(claims: UpstreamClaims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, isHidden(name) ? NOT_SHOWN : redact(value, 0)]));
}

const isHidden = (name: string): boolean => HIDDEN.has(name.toLowerCase()) || HIDDEN_NAMES.test(name);

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return NOT_SHOWN;
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_VALUES).map((one) => redact(one, depth + 1));
    return value.length > MOST_VALUES ? [...shown, `(${value.length - MOST_VALUES} more)`] : shown;
  }
  const entries = Object.entries(value).slice(0, MOST_VALUES);
  return Object.fromEntries(entries.map(([name, one]) => [name, isHidden(name) ? NOT_SHOWN : redact(one, depth + 1)]));
}

function redactText(text: string): string {
  if (JWT.test(text) || RUN.test(text)) return `${text.slice(0, 12)}… (cut: ${text.length} characters)`;
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (cut)` : text;
}
