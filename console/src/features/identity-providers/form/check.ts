import { type Doc, valueAt } from './document.ts';
import type { Field } from './field.ts';

export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const ADDRESSES = /(?:Endpoint|Url|Uri)$|^\/oidc\/issuer$/;

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:') && !/\s/.test(text);
}

/**
 * What can be said of a field while somebody types. The API judges everything again, and more; what is refused there is shown at the
 * same place.
 */
export function faultsOf(doc: Doc, fields: readonly Field[]): Fault[] {
  return fields.flatMap((field) => {
    const { pointer } = field;
    const value = valueAt(doc, pointer);
    const detail = faultOf(field, value);
    return detail ? [{ pointer, code: 'console.form', detail }] : faultsWithin(field, value);
  });
}

function faultOf({ pointer, required, control }: Field, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return required ? 'is required' : undefined;
  if (pointer === '/oidc/directoryId' && !GUID.test(String(value))) return 'must be the directory (tenant) id, as in 8-4-4-4-12';
  if (control === 'text' && ADDRESSES.test(pointer) && !isAddress(String(value)))
    return 'must be an address that begins with https://';
  if (pointer === '/oidc/scopes' && Array.isArray(value) && !value.includes('openid')) return 'must contain openid';
  return undefined;
}

const empty = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

/** Rows of a list that are not finished. */
function faultsWithin({ pointer, control }: Field, value: unknown): Fault[] {
  if (control === 'group-mappings' || control === 'role-mappings') {
    const target = control === 'group-mappings' ? 'group' : 'role';
    return ((value ?? []) as Record<string, unknown>[]).flatMap((row, index) =>
      empty(row['external']) || empty(row[target])
        ? [{ pointer: `${pointer}/${index}`, code: 'console.form', detail: 'needs both sides' }]
        : [],
    );
  }
  if (control === 'access') {
    const { mode, rules = [] } = (value ?? {}) as { mode?: string; rules?: unknown[] };
    return mode === 'rules' && rules.length === 0
      ? [{ pointer: `${pointer}/rules`, code: 'console.form', detail: 'needs at least one rule, or nobody could sign in' }]
      : [];
  }
  return [];
}
