import { Problem, type ProblemType } from './problem.ts';

/** A value fit for a trace: JSON, without secrets. Writers cut and redact before they write. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };

/** One line of a sign-in's trace: what was expected, what came, and the verdict. */
export interface TraceLine {
  /** Name of the check or step, `<folder>.<what>`: `saml.audience`, `admission.match`. */
  readonly step: string;
  readonly verdict: 'passed' | 'refused' | 'noted';
  readonly expected?: Fact;
  readonly received?: Fact;
  /** Problem code, when refused. */
  readonly code?: string;
  /** Milliseconds since the attempt's leg began. */
  readonly at: number;
}

export interface Check {
  step: string;
  expected?: Fact;
  received?: Fact;
  holds: boolean;
  otherwise: ProblemType;
  /** Told to the person beside the title; no secrets. */
  detail?: string;
  cause?: unknown;
}

/** The record of one sign-in. Every check goes through it, so that a refusal can always be explained. */
export interface Trace {
  readonly lines: readonly TraceLine[];
  /** Writes a line; throws the named problem when the check does not hold. */
  check(check: Check): void;
  /** Writes a line that is neither passed nor refused: a decision taken, a message sent. */
  note(step: string, facts: { expected?: Fact; received?: Fact }): void;
}

/** The longest text that a trace keeps of one received value, in characters. */
const LONGEST_FACT = 512;

export function createTrace(clock: { now(): Date }): Trace {
  const startedAt = clock.now().getTime();
  const lines: TraceLine[] = [];
  const write = (line: Omit<TraceLine, 'at'>): void => {
    lines.push({ ...line, at: clock.now().getTime() - startedAt });
  };
  return {
    lines,
    note(step, { expected, received }) {
      write({ step, verdict: 'noted', ...known(expected, received) });
    },
    check({ step, expected, received, holds, otherwise, detail, cause }) {
      if (holds) {
        write({ step, verdict: 'passed', ...known(expected, received) });
        return;
      }
      write({ step, verdict: 'refused', code: otherwise.code, ...known(expected, received) });
      throw new Problem(otherwise, { detail, cause, facts: { step, expected, received } });
    },
  };
}

function known(expected: Fact | undefined, received: Fact | undefined): { expected?: Fact; received?: Fact } {
  return {
    ...(expected === undefined ? {} : { expected: shorten(expected) }),
    ...(received === undefined ? {} : { received: shorten(received) }),
  };
}

function shorten(fact: Fact): Fact {
  return typeof fact === 'string' && fact.length > LONGEST_FACT ? `${fact.slice(0, LONGEST_FACT)}…` : fact;
}
