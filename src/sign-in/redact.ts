import type { Fact, TraceLine } from '#kernel/trace.ts';
import type { UpstreamClaims } from '#upstream/index.ts';

/** Claims that bind a token to a request or a session: of no use to a reader, of use to a thief. */
const HIDDEN = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'sid', 'session_state', 'uti', 'rh', 'aio', 'jti']);
const HIDDEN_NAMES = /(?:^|_)(?:access|refresh|id)_?token$|password|client_?secret/i;
/** Three parts of base64url of which the first is a JSON object: a JWT; or one long run without spaces: a token of another kind. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*/;
const RUN = /^[\w+/=.~-]{200,}$/;

const NOT_SHOWN = '(not shown)';
/** Longest text of a claim; a trace shows less of each value. */
const LONGEST_TEXT = 2000;
const LONGEST_FACT = 300;
const MOST_VALUES = 1000;
const MOST_FACTS = 50;
const DEEPEST = 8;

/** Claims as a report shows them: as they came, without what looks like a token, and no longer than anybody reads. */
export function redactClaims(claims: UpstreamClaims): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, isHidden(name) ? NOT_SHOWN : redact(value, 0)]));
}

/** A value of a trace as it may be handed on: cut, and without what looks like a token. */
export function redactFact(fact: Fact): Fact {
  if (typeof fact === 'string') return cut(redactText(fact));
  if (typeof fact !== 'object' || fact === null) return fact;
  if (Array.isArray(fact)) {
    const shown = fact.slice(0, MOST_FACTS).map(redactFact);
    return fact.length > MOST_FACTS ? [...shown, `(${fact.length - MOST_FACTS} more)`] : shown;
  }
  const entries = Object.entries(fact as Readonly<Record<string, Fact>>);
  return Object.fromEntries(entries.map(([name, one]) => [name, isHidden(name) ? NOT_SHOWN : redactFact(one)]));
}

const cut = (text: string): string => (text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : text);

export function redactLine(line: TraceLine): TraceLine {
  const { expected, received, ...rest } = line;
  return {
    ...rest,
    ...(expected === undefined ? {} : { expected: redactFact(expected) }),
    ...(received === undefined ? {} : { received: redactFact(received) }),
  };
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
