import type { Report } from './verification.ts';

/** Whoever calls the API. */
type Reader = { kind: 'operator' } | { kind: 'user'; permissions: ReadonlySet<string> };

/**
 * A report names people and what they belong to. Whoever may set providers up and not read people sees what came and what is made of it,
 * and that somebody was found: not whom.
 */
export function visibleTo<Shown extends Report>(reader: Reader, report: Shown): Shown {
  if (reader.kind === 'operator' || reader.permissions.has('users:read')) return report;
  const { person } = report;
  return {
    ...report,
    person: person && { ...person, user: null, changes: [] },
    groups: null,
    roles: null,
    tokens: null,
  };
}
