import { type Page, rememberHash } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable } from './safe.ts';
import { loadTemplate, readAsset } from './template.ts';
import type { Texts } from './texts/catalogue.ts';

interface Reason {
  readonly name: string;
  readonly because: string;
}

export interface MembershipsView {
  readonly why: string;
  readonly added: readonly Reason[];
  readonly removed: readonly Reason[];
  readonly kept: readonly Reason[];
  readonly unmapped: readonly Reason[];
}

/** The report of a test sign-in as text. What to do is in the language of administrators' texts, English. */
export interface VerifyView {
  readonly provider: string;
  readonly revision: number;
  readonly state: 'waiting' | 'passed' | 'failed' | 'expired';
  readonly reference: string;
  readonly code?: string | undefined;
  readonly title: string;
  readonly whatToDo: string;
  readonly where: 'here' | 'provider' | 'network' | 'person';
  /** The setting, as the console calls it. */
  readonly field?: string | undefined;
  readonly warnings: readonly string[];
  readonly steps: readonly {
    readonly step: string;
    readonly verdict: 'passed' | 'refused' | 'noted';
    readonly expected: string;
    readonly received: string;
    readonly code?: string | undefined;
  }[];
  readonly claims: readonly { readonly name: string; readonly value: string }[];
  readonly mappings: readonly {
    readonly attribute: string;
    readonly from: string;
    readonly value: string;
    readonly outcome: 'value' | 'default' | 'missing' | 'empty' | 'overage';
  }[];
  readonly person: {
    readonly outcome: 'known' | 'linked' | 'created' | 'refused';
    readonly who: string;
    readonly why: string;
    readonly changes: readonly { readonly attribute: string; readonly before: string; readonly after: string }[];
  } | null;
  readonly groups: MembershipsView | null;
  readonly roles: MembershipsView | null;
  readonly tokens: { readonly idToken: string; readonly userinfo: string } | null;
}

export type VerifyInput = PageFrame & VerifyView;

/** A text of a report is foreign and may be long; the API has all of it. */
const LONGEST_VALUE = 400;
const LONGEST_SENTENCE = 1500;
const LONGEST_DOCUMENT = 20_000;
const MOST_ROWS = 300;

interface Row {
  name: string;
  value: string;
  note: string;
  tone: string;
}

interface Section {
  heading: string;
  open: 'open' | 'closed';
  lead: string;
  rows: Row[];
  documents: { name: string; text: string }[];
}

const style = readAsset('verify.css');
rememberHash(style);
const render = loadTemplate<{
  tone: string;
  heading: string;
  firstLine: string;
  place: string;
  unchanged: string;
  factsLabel: string;
  facts: { name: string; value: string }[];
  sections: Section[];
}>('verify');

/** What to change and where, first of all; then everything that was found, step by step. */
export function verifyPage(input: VerifyInput): Page {
  const { texts } = wordsOf(input);
  const { verify } = texts;
  const content = render({
    tone: input.state === 'passed' ? 'good' : input.state === 'waiting' ? 'plain' : 'bad',
    heading: verify.headings[input.state],
    firstLine: fitSentence(input.whatToDo),
    place:
      input.state === 'passed'
        ? ''
        : [verify.places[input.where], readable(input.field ?? '', LONGEST.name)].filter(Boolean).join(' · '),
    unchanged: verify.unchanged,
    factsLabel: texts.error.facts,
    facts: factsOf(input, texts),
    sections: sectionsOf(input, texts).filter(({ rows, documents, lead }) => rows.length + documents.length > 0 || lead !== ''),
  });
  return makePage(input, { title: verify.title(fitName(input.provider)), content, style, forms: 'none', opener: 'cut' });
}

function factsOf(input: VerifyInput, { error, verify }: Texts): { name: string; value: string }[] {
  const facts = [
    { name: verify.provider, value: `${fitName(input.provider)} (${verify.revision} ${input.revision})` },
    { name: error.reference, value: readable(input.reference, LONGEST.reference) },
    { name: error.code, value: readable(input.code ?? '', LONGEST.code) },
    { name: error.detail, value: fit(input.title) },
  ];
  return facts.filter(({ value }) => value !== '');
}

function sectionsOf(input: VerifyInput, { verify }: Texts): Section[] {
  const names = verify.sections;
  const section = (heading: string, rows: Row[]): Section => ({ heading, open: 'closed', lead: '', rows, documents: [] });
  return [
    {
      ...section(
        names.warnings,
        input.warnings.map((text) => rowOf({ value: text })),
      ),
      open: 'open',
    },
    personSection(input, verify),
    membershipsSection(names.groups, input.groups, verify),
    membershipsSection(names.roles, input.roles, verify),
    section(
      names.mappings,
      input.mappings.map((mapping) => mappingRow(mapping, verify)),
    ),
    section(names.claims, input.claims.slice(0, MOST_ROWS).map(rowOf)),
    { ...section(names.tokens, []), documents: documentsOf(input) },
    {
      ...section(
        names.steps,
        input.steps.slice(-MOST_ROWS).map((step) => stepRow(step, verify)),
      ),
      open: input.state === 'passed' ? 'closed' : 'open',
    },
  ];
}

function rowOf({ name = '', value, note = '', tone = '' }: { name?: string; value: string; note?: string; tone?: string }): Row {
  return { name: fit(name), value: fit(value), note: fit(note), tone };
}

function mappingRow({ attribute, from, value, outcome }: VerifyView['mappings'][number], { mapped }: Texts['verify']): Row {
  return rowOf({ name: attribute, value: value || '–', note: `${from} · ${mapped[outcome]}` });
}

function stepRow(step: VerifyView['steps'][number], verify: Texts['verify']): Row {
  return rowOf({ name: step.step, value: verify.verdicts[step.verdict], note: comparison(step, verify), tone: step.verdict });
}

function personSection({ person }: VerifyInput, verify: Texts['verify']): Section {
  const plain = { heading: verify.sections.person, open: 'open' as const, documents: [] };
  if (!person) return { ...plain, lead: '', rows: [] };
  const who = person.who ? `: ${person.who}` : '';
  const rows = person.changes.map(({ attribute, before, after }) =>
    rowOf({ name: attribute, value: after || '–', note: before ? verify.before(before) : '' }),
  );
  return { ...plain, lead: fit(`${verify.outcomes[person.outcome]}${who}. ${person.why}`), rows };
}

function documentsOf({ tokens }: VerifyInput): Section['documents'] {
  if (!tokens) return [];
  return [
    { name: 'ID token', text: fitDocument(tokens.idToken) },
    { name: 'Userinfo', text: fitDocument(tokens.userinfo) },
  ];
}

function membershipsSection(heading: string, view: MembershipsView | null, verify: Texts['verify']): Section {
  const kinds = ['added', 'removed', 'kept', 'unmapped'] as const;
  const rows =
    view === null
      ? []
      : kinds.flatMap((kind) =>
          view[kind]
            .slice(0, MOST_ROWS)
            .map(({ name, because }) => ({ name: fit(name), value: verify.memberships[kind], note: fit(because), tone: kind })),
        );
  return { heading, open: 'closed', lead: view === null ? '' : fit(view.why), rows, documents: [] };
}

function comparison({ expected, received, code }: VerifyView['steps'][number], verify: Texts['verify']): string {
  return [expected && `${verify.expected} ${expected}`, received && `${verify.received} ${received}`, code]
    .filter(Boolean)
    .join(' · ');
}

/** Foreign values stand in it: none of them fills the page. */
const fitSentence = (text: string): string =>
  readable(
    text.replace(/\S{301,}/g, (word) => `${word.slice(0, 300)}…`),
    LONGEST_SENTENCE,
  );
const fit = (text: string): string => readable(text, LONGEST_VALUE);
const fitName = (text: string): string => readable(text, LONGEST.name);
/** Line breaks of a document stay. */
const fitDocument = (text: string): string =>
  text
    .split('\n')
    .slice(0, 500)
    .map((line) => line.slice(0, LONGEST_VALUE).replace(/\p{C}/gu, ' '))
    .join('\n')
    .slice(0, LONGEST_DOCUMENT);
