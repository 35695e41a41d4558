import type { Fact, TraceLine } from '#kernel/trace.ts';
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
    steps: report.steps.map(withoutPerson),
    warnings: report.warnings.filter(({ code }) => code !== 'email_not_verified'),
    person: person && { ...person, user: null, changes: [] },
    groups: null,
    roles: null,
    tokens: null,
  };
}

/** Steps that say of whoever was found who they are, or what they hold: their verdict stays, and what came from the provider. */
const ABOUT_PEOPLE: Readonly<Record<string, readonly string[]>> = {
  'admission.link': ['user'],
  'admission.match': ['found'],
  'admission.last_administrator': [],
};

function withoutPerson(line: TraceLine): TraceLine {
  const names = ABOUT_PEOPLE[line.step];
  if (names === undefined) return line;
  const { expected, received, ...rest } = line;
  if (names.length === 0) return rest;
  const told = Object.entries(Object(received) as Record<string, Fact>).filter(([name]) => !names.includes(name));
  return { ...rest, ...(expected === undefined ? {} : { expected }), received: Object.fromEntries(told) };
}
