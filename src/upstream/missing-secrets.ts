import type { Fields, Registered } from './registry.ts';

/** Stands where a secret is missing, so that everything else can be judged; never stored, never sent. */
const PLACEHOLDER = 'missing';

/** Secrets that these fields call for and do not have: an import brings none along. Without them nobody signs in. */
export function missingSecrets(entry: Registered, fields: Fields): string[] {
  return entry.neededSecrets(fields).filter((name) => fields[name] === undefined || fields[name] === null);
}

export function withPlaceholders(fields: Fields, missing: readonly string[]): Fields {
  return { ...fields, ...Object.fromEntries(missing.map((name) => [name, PLACEHOLDER])) };
}
