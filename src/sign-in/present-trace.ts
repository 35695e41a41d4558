import type { TraceLine } from '#kernel/trace.ts';
import { type Connection, type Remedy } from '#upstream/index.ts';
import { redactLine } from './redact.ts';
import { findRemedy, refusalFactsOf } from './remedies.ts';
import type { SignIn } from './sign-ins.ts';

/** A sign-in as it may be handed to the customer: no secret, no token, values cut. */
export interface PresentedSignIn {
  readonly signIn: SignIn;
  readonly provider: string | null;
  readonly trace: readonly TraceLine[];
  /** What to do about a refusal; null for a sign-in that went well. */
  readonly remedy: Remedy | null;
}

/** @param connection as it is now; undefined when there is none any more, or there never was one */
export function presentSignIn(signIn: SignIn, connection: Connection | undefined): PresentedSignIn {
  const { code, lines } = signIn;
  const remedy = code === null ? null : findRemedy(refusalFactsOf(code, lines, { connection }));
  return { signIn, provider: connection?.name ?? null, trace: lines.map(redactLine), remedy };
}

const PLACES = {
  here: 'in the settings of this identity provider',
  provider: 'at the identity provider',
  network: 'in the network between the two servers',
  person: 'by the person who signs in',
};

/** The same as text that can be put into a ticket: what to do first, then every step. */
export function textOfSignIn({ signIn, provider, trace, remedy }: PresentedSignIn): string {
  const { reference, startedAt, endedAt, outcome, code, person, purpose } = signIn;
  const facts = [
    ['Reference', reference],
    ['Purpose', purpose === 'verify' ? 'test (nothing was changed)' : purpose],
    ['Outcome', code === null ? outcome : `${outcome} (${code})`],
    ['Provider', provider ?? '-'],
    ['Person', person ?? '-'],
    ['Began', startedAt.toISOString()],
    ['Ended', endedAt.toISOString()],
  ] as const;
  const head = remedy ? [`What to do, ${PLACES[remedy.where]}:`, oneLine(remedy.whatToDo), ''] : [];
  const body = facts.map(([name, value]) => `${name.padEnd(10)} ${oneLine(value)}`);
  return `${[...head, ...body, '', 'Steps', ...trace.map(lineOf)].join('\n')}\n`;
}

function lineOf({ at, verdict, step, expected, received, code }: TraceLine): string {
  const parts = [
    `${String(at).padStart(6)} ms  ${verdict.padEnd(7)}  ${step}`,
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(expected === undefined ? [] : [`expected ${JSON.stringify(expected)}`]),
    ...(received === undefined ? [] : [`received ${JSON.stringify(received)}`]),
  ];
  return parts.map(oneLine).join('  ');
}

/** Foreign text forges no line of its own. */
const oneLine = (text: string): string => text.replace(/[\p{C}\u2028\u2029]+/gu, ' ');
