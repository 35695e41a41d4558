import { paragraph, scalar } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import { paintState, type Style } from '../print/style.ts';
import { table } from '../print/table.ts';
import { places, timeline } from '../print/timeline.ts';
import type { Preview, Report } from './shapes.ts';

type Findings = Pick<Report, 'summary' | 'steps' | 'claims' | 'mappings' | 'person' | 'groups' | 'roles' | 'tokens' | 'warnings'>;
interface View {
  style: Style;
  columns: number;
}

/** A report: in its first line what to change and where, then the steps by time, then what was found of the person. */
export function tellReport(report: Report, view: View): string {
  const { style } = view;
  const facts = `${paintState(style, report.state)}  revision ${report.revision}, ${style.time(report.startedAt)}, reference ${plain(report.reference)}, ${plain(report.id)}\n`;
  return `${tellSummary(report.summary, view)}${facts}\n${tellFindings(report, view)}`;
}

export function tellPreview(preview: Preview, view: View): string {
  const checked = preview.checked
    ? 'Checked: the signature and every check held that needs no sign-in.\n'
    : `${view.style.paint('yellow', 'Not checked:')} it says nothing about whether this is genuine.\n`;
  const left = preview.unchecked.map((one) => `  not checked: ${plain(one)}\n`).join('');
  return `${tellSummary(preview.summary, view)}${checked}${left}\n${tellFindings(preview, view)}`;
}

function tellSummary({ code, title, whatToDo, where, pointer }: Report['summary'], { style, columns }: View): string {
  if (code === null) return `${paragraph(whatToDo, { columns })}\n${style.paint('green', plain(title))}\n`;
  const place = `${places[where]}${pointer === undefined ? '' : `, field ${plain(pointer)}`}`;
  return `${style.paint('bold', paragraph(whatToDo, { columns }))}\n${style.paint('red', sentence(title))} To be changed ${place}. Code ${plain(code)}.\n`;
}

function tellFindings(found: Findings, view: View): string {
  const { style } = view;
  const section = (title: string, text: string): string[] => (text === '' ? [] : [`${style.paint('bold', title)}\n${text}`]);
  return [
    ...section('Steps', timeline(found.steps, style)),
    ...section('Warnings', found.warnings.map(({ detail, code }) => `  ${plain(detail)} (${plain(code)})\n`).join('')),
    ...section('What the mappings make of the claims', tellMappings(found, style)),
    ...section('Person', tellPerson(found, style)),
    ...section('Groups', tellMemberships(found.groups)),
    ...section('Roles', tellMemberships(found.roles)),
    ...section('ID token that an application would get', tellClaims(found.tokens?.idToken, style)),
    ...section('Userinfo', tellClaims(found.tokens?.userinfo, style)),
    ...section('Claims as they came', tellClaims(found.claims, style)),
  ].join('\n');
}

function tellMappings({ mappings }: Findings, style: Style): string {
  if (mappings.length === 0) return '';
  const rows = mappings.map(({ attribute, from, value, outcome }) => [attribute, from, valueOf(value, style), outcome]);
  return table(['attribute', 'from', 'value', 'outcome'], rows);
}

function tellPerson({ person }: Findings, style: Style): string {
  if (person === null) return '';
  const who = person.user === null ? '' : ` ${plain(person.user.email ?? person.user.id ?? '')} (${plain(person.user.status)})`;
  const changes = person.changes.map(
    ({ attribute, before, after }) => `  ${plain(attribute)}: ${valueOf(before, style)} → ${valueOf(after, style)}\n`,
  );
  return `  ${plain(person.outcome)}${who}: ${plain(person.why)}${person.code === null ? '' : ` (${plain(person.code)})`}\n${changes.join('')}`;
}

function tellMemberships(memberships: Findings['groups']): string {
  if (memberships === null) return '';
  const lines = [
    ...memberships.added.map(({ name: one, because }) => `  + ${plain(one)}  ${plain(because)}\n`),
    ...memberships.removed.map(({ name: one, because }) => `  - ${plain(one)}  ${plain(because)}\n`),
    ...memberships.kept.map(({ name: one, because }) => `    ${plain(one)}  ${plain(because)}\n`),
    ...memberships.unmapped.map(({ value, why }) => `  ? ${plain(value)}  ${plain(why)}\n`),
  ];
  return `  ${plain(memberships.why)}\n${lines.join('')}`;
}

function tellClaims(claims: Readonly<Record<string, unknown>> | null | undefined, style: Style): string {
  return Object.entries(claims ?? {})
    .map(([key, value]) => `  ${plain(key)}: ${valueOf(value, style)}\n`)
    .join('');
}

const valueOf = (value: unknown, style: Style): string =>
  Array.isArray(value) ? value.map((one) => scalar(one, style)).join(', ') || 'none' : scalar(value, style);

const sentence = (text: string): string => plain(text).replace(/[^.!?]$/, '$&.');
