import { plain } from './plain.ts';
import type { Ink, Style } from './style.ts';

/** One step of a sign-in as the API tells it. */
export interface Step {
  step: string;
  verdict: 'passed' | 'refused' | 'noted';
  expected?: unknown;
  received?: unknown;
  code?: string;
  at: number;
}

const MARKS: Readonly<Record<Step['verdict'], { mark: string; ink: Ink }>> = {
  passed: { mark: '✓', ink: 'green' },
  refused: { mark: '✗', ink: 'red' },
  noted: { mark: '·', ink: 'dim' },
};
/** Values are shown whole by --json. */
const LONGEST = 160;

/** Steps by time: when, whether it passed, what was expected and what came. */
export function timeline(steps: readonly Step[], style: Style): string {
  return steps.map((step) => `${lineOf(step, style)}\n`).join('');
}

function lineOf({ at, verdict, step, expected, received, code }: Step, style: Style): string {
  const { mark, ink } = MARKS[verdict];
  const lead = `${String(at).padStart(6)} ms  ${style.paint(ink, `${mark} ${verdict.padEnd(7)}`)}  `;
  const said = [
    ...(code === undefined ? [] : [`code ${plain(code)}`]),
    ...(expected === undefined ? [] : [`expected ${short(expected)}`]),
    ...(received === undefined ? [] : [`received ${short(received)}`]),
  ];
  return `${lead}${plain(step)}${said.length === 0 ? '' : `  ${style.paint(verdict === 'refused' ? 'bold' : 'dim', said.join(', '))}`}`;
}

function short(value: unknown): string {
  const text = plain(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** Where something is to be changed. */
export const places: Readonly<Record<'here' | 'provider' | 'network' | 'person', string>> = {
  here: 'in the settings of this identity provider',
  provider: 'at the identity provider',
  network: 'in the network between the two servers',
  person: 'by the person who signs in',
};
