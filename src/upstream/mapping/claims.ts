import type { Overage, UpstreamClaims } from '../protocol.ts';
import { LONGEST_VALUE, MOST_VALUES } from './mapping.ts';

/**
 * A claim by its exact name; else, when the name has dots, by that path (Keycloak's `realm_access.roles`). Only own members count:
 * `__proto__` and `constructor` name nothing.
 */
export function findClaim(claims: UpstreamClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  if (!name.includes('.')) return undefined;
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The first value as text; empty text is no value. */
export function readText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'number' || typeof first === 'boolean') return String(first);
  if (typeof first !== 'string') return undefined;
  const text = first.trim();
  return text === '' || text.length > LONGEST_VALUE ? undefined : text;
}

/** Each text once, without space around it. `too-many`: reading only some would look like the others had been taken away. */
export function readList(value: unknown): readonly string[] | 'too-many' {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (all.length > MOST_VALUES) return 'too-many';
  const texts = new Set<string>();
  for (const one of all) {
    if (typeof one !== 'string') continue;
    const text = one.trim();
    if (text !== '' && text.length <= LONGEST_VALUE) texts.add(text);
  }
  return [...texts];
}

/** What became of one claim. @param overage claims whose lists are known to be incomplete */
export type Read = { kind: 'value'; value: unknown } | { kind: 'missing' | 'empty' | 'overage' };

export function readClaim(claims: UpstreamClaims, name: string, overage: readonly Overage[]): Read {
  if (overage.some(({ claim }) => claim === name)) return { kind: 'overage' };
  const value = findClaim(claims, name);
  if (value === undefined || value === null) return { kind: 'missing' };
  return isBlank(value) ? { kind: 'empty' } : { kind: 'value', value };
}

function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one: unknown) => one === null || isBlankText(one));
  return isBlankText(value);
}

const isBlankText = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** Values as texts; what is neither text nor number nor truth is none. */
export function textsOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => {
    if (typeof one === 'string') return [one];
    return typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [];
  });
}
