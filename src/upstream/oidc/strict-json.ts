/** Why a text is not taken as JSON. */
export type JsonFault =
  | 'not_utf8'
  | 'not_json'
  | 'not_an_object'
  | 'too_deep'
  | 'duplicate_member'
  | 'reserved_member'
  | 'lone_surrogate';

export type StrictJson = { kind: 'read'; object: Record<string, unknown> } | { kind: 'refused'; fault: JsonFault };

/** Deeper than any token or key set; far below what exhausts a stack. */
const DEEPEST = 32;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads one JSON object and refuses everything that two readers could understand differently: a member twice in any object (also
 * when one is written with escapes), `__proto__`, lone surrogates, bytes that are not UTF-8, a byte order mark.
 *
 * @see RFC 8259 §4, §8.1; RFC 7515 §4 (header), RFC 7519 §4 (claims)
 */
export function readStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return { kind: 'refused', fault: 'not_utf8' };
  }
  // Before parsing, so that nothing that walks the value can run out of stack.
  const shape = measure(text);
  if (shape.depth > DEEPEST) return { kind: 'refused', fault: 'too_deep' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'refused', fault: 'not_json' };
  }
  if (!isObject(value)) return { kind: 'refused', fault: 'not_an_object' };
  const walk: Walk = { members: 0, fault: undefined };
  visit(value, walk);
  if (walk.fault) return { kind: 'refused', fault: walk.fault };
  // The parser keeps the last of several members with one name: then fewer are left than were written.
  return walk.members === shape.members ? { kind: 'read', object: value } : { kind: 'refused', fault: 'duplicate_member' };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts members (each has one colon outside strings) and the deepest nesting, without understanding more than strings. */
function measure(text: string): { members: number; depth: number } {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        members += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
  }
  return { members, depth: deepest };
}

/** Index of the quote that ends the string which begins at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at += 1;
    else if (unit === 0x22) return at;
  }
  return text.length;
}

interface Walk {
  members: number;
  fault: JsonFault | undefined;
}

function visit(value: unknown, walk: Walk): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) walk.fault = 'lone_surrogate';
  } else if (Array.isArray(value)) {
    for (const item of value) visit(item, walk);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      walk.members += 1;
      if (name === '__proto__') walk.fault = 'reserved_member';
      else if (!name.isWellFormed()) walk.fault = 'lone_surrogate';
      visit(value[name], walk);
    }
  }
}
