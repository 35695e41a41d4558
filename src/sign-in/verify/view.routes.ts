import type { VerifyView } from '#pages/index.ts';
import { fieldNames } from '#upstream/index.ts';
import type { ShownToBrowser } from './show.ts';
import type { MembershipReport } from './verification.ts';

/** A report as the page prints it: text, and nothing but text. */
export function viewOf(shown: ShownToBrowser): VerifyView {
  const { provider, revision, state, reference, summary, person, tokens } = shown;
  return {
    provider,
    revision,
    state,
    reference,
    code: summary.code ?? undefined,
    title: summary.title,
    whatToDo: summary.whatToDo,
    where: summary.where,
    field: fieldNames[summary.pointer ?? ''],
    warnings: shown.warnings.map(({ detail }) => detail),
    steps: shown.steps.map(({ step, verdict, expected, received, code }) => ({
      step,
      verdict,
      expected: textOf(expected),
      received: textOf(received),
      code,
    })),
    claims: Object.entries(shown.claims ?? {}).map(([name, value]) => ({ name, value: textOf(value) })),
    mappings: shown.mappings.map(({ attribute, from, value, outcome }) => ({ attribute, from, value: textOf(value), outcome })),
    person: person && {
      outcome: person.outcome,
      who: person.user?.email ?? person.user?.id ?? '',
      why: person.why,
      changes: person.changes.map(({ attribute, before, after }) => ({
        attribute,
        before: textOf(before),
        after: textOf(after),
      })),
    },
    groups: shown.groups && membershipsOf(shown.groups),
    roles: shown.roles && membershipsOf(shown.roles),
    tokens: tokens && { idToken: JSON.stringify(tokens.idToken, null, 2), userinfo: JSON.stringify(tokens.userinfo, null, 2) },
  };
}

function membershipsOf({ why, added, removed, kept, unmapped }: MembershipReport): NonNullable<VerifyView['groups']> {
  return {
    why,
    added,
    removed,
    kept,
    unmapped: unmapped.map((one) => ({ name: one.value, because: one.why })),
  };
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
