import type { Overage, UpstreamClaims } from '../protocol.ts';
import { findClaim, type Read, readClaim, readText, textsOf } from './claims.ts';
import { describeStep } from './describe.ts';
import type { ClaimMapping, JoinPart, MappingRule } from './mapping.ts';
import { applyStep, type Values } from './steps.ts';
import { TooMuch, Work } from './work.ts';

/** What one step made, for the account; long lists and texts are cut. */
export interface StepAccount {
  readonly step: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface Mapped {
  /** `overage`: the list is known to be incomplete, or more than can be read; there is no value then, and no default. */
  readonly outcome: 'value' | 'default' | 'missing' | 'empty' | 'overage';
  /** The claim as it came where nothing was done to it, else text or a list of texts. */
  readonly value: unknown;
  /** Which claims were read: `given_name`, or `given_name + family_name`. */
  readonly from: string;
  /** The one claim that the value comes from; null when it was put together. */
  readonly claim: string | null;
  readonly steps: readonly StepAccount[];
}

export interface Circumstances {
  overage?: readonly Overage[];
  /** Shared by the mappings of one sign-in. */
  work?: Work;
  /** Whether the steps are told: they cost a list each. */
  account?: 'wanted' | 'unwanted';
}

/** What a mapping makes of claims. Pure; never fails: what is too much comes out as `overage`. */
export function evaluateMapping(mapping: ClaimMapping, claims: UpstreamClaims, circumstances: Circumstances = {}): Mapped {
  const { overage = NONE } = circumstances;
  if (typeof mapping === 'string') return told(readClaim(claims, mapping, overage), mapping);
  const steps: StepAccount[] = [];
  const { read, from, claim } = readSource(mapping, claims, overage);
  try {
    const done = read.kind === 'value' ? applySteps(mapping, read.value, { circumstances, steps }) : read;
    return { ...withDefault(mapping, done), from, claim, steps };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { outcome: 'overage', value: undefined, from, claim, steps };
  }
}

/** The same for an attribute of one value: the first, as text. A plain name costs no more than looking it up. */
export function evaluateText(mapping: ClaimMapping, claims: UpstreamClaims, circumstances?: Circumstances): string | undefined {
  if (typeof mapping === 'string') return readText(findClaim(claims, mapping));
  return readText(evaluateMapping(mapping, claims, circumstances).value);
}

const NONE: readonly Overage[] = [];

const told = (read: Read, claim: string): Mapped => ({
  outcome: read.kind,
  value: read.kind === 'value' ? read.value : undefined,
  from: claim,
  claim,
  steps: [],
});

interface Sourced {
  read: Read;
  from: string;
  claim: string | null;
}

function readSource({ claim, firstOf, join }: MappingRule, claims: UpstreamClaims, overage: readonly Overage[]): Sourced {
  if (claim !== undefined) return { read: readClaim(claims, claim, overage), from: claim, claim };
  if (firstOf !== undefined) return readFirst(firstOf, claims, overage);
  const parts = join ?? [];
  const from = parts.flatMap((part) => ('claim' in part ? [part.claim] : [])).join(' + ');
  return { read: readJoined(parts, claims, overage), from, claim: null };
}

/** An incomplete list stops the search: it has a value, only not the whole one. */
function readFirst(names: readonly string[], claims: UpstreamClaims, overage: readonly Overage[]): Sourced {
  let best: Sourced = { read: { kind: 'missing' }, from: names.join(' or '), claim: null };
  for (const name of names) {
    const read = readClaim(claims, name, overage);
    if (read.kind === 'value' || read.kind === 'overage') return { read, from: name, claim: name };
    if (read.kind === 'empty' && best.read.kind === 'missing') best = { read, from: name, claim: name };
  }
  return best;
}

/** A part that did not come makes the whole missing, unless it is optional; nothing but fixed text is no value. */
function readJoined(parts: readonly JoinPart[], claims: UpstreamClaims, overage: readonly Overage[]): Read {
  let made = '';
  let came = 0;
  for (const part of parts) {
    if ('text' in part) {
      made += part.text;
      continue;
    }
    const read = readClaim(claims, part.claim, overage);
    const text = read.kind === 'value' ? readText(read.value) : undefined;
    if (read.kind === 'overage') return read;
    if (text !== undefined) came += 1;
    else if (part.optional !== true) return { kind: read.kind === 'missing' ? 'missing' : 'empty' };
    made += text ?? '';
  }
  return came === 0 ? { kind: 'missing' } : { kind: 'value', value: made };
}

interface Doing {
  circumstances: Circumstances;
  steps: StepAccount[];
}

function applySteps({ steps = [] }: MappingRule, value: unknown, { circumstances, steps: account }: Doing): Read {
  if (steps.length === 0) return { kind: 'value', value };
  const work = circumstances.work ?? new Work();
  let values: Values = { texts: textsOf(value), isList: Array.isArray(value) };
  for (const step of steps) {
    const after = applyStep(step, values, work);
    if (circumstances.account === 'wanted') account.push({ step: describeStep(step), before: cut(values), after: cut(after) });
    values = after;
  }
  const left = values.texts.filter((text) => text.trim() !== '');
  if (left.length === 0) return { kind: 'empty' };
  return { kind: 'value', value: values.isList ? left : left[0] };
}

/** For people: enough to see what a step does. */
const SHOWN_VALUES = 50;
const SHOWN_CHARACTERS = 200;

const cut = ({ texts }: Values): string[] => texts.slice(0, SHOWN_VALUES).map((text) => text.slice(0, SHOWN_CHARACTERS));

function withDefault({ default: otherwise }: MappingRule, read: Read): Pick<Mapped, 'outcome' | 'value'> {
  if (read.kind === 'value') return { outcome: 'value', value: read.value };
  if (otherwise === undefined || read.kind === 'overage') return { outcome: read.kind, value: undefined };
  return { outcome: 'default', value: otherwise };
}
