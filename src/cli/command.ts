import type { OperatorClient, TenantClient } from '#client/index.ts';
import type { Io } from './io.ts';
import type { Style } from './print/style.ts';

/** A noun of the command line with its verbs: `sallyport user list`. */
export interface Noun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

/** A verb: what it is called with, and what it does. A noun without verbs is one of these as well. */
export interface Verb {
  /** Name and arguments: `show <user>`, `discard <provider> [revision]`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly OptionOf[];
  /** Whole command lines without the program's name. */
  readonly examples: readonly string[];
  /** More than fits into the summary. */
  readonly notes?: string;
  run(call: Call): Promise<Outcome>;
}

export interface OptionOf {
  /** `-f, --file <path>`; repeated ones gather. */
  readonly flags: string;
  readonly text: string;
  readonly kind?: 'number' | 'gathered';
  readonly choices?: readonly string[];
}

/** One call of a verb. */
export interface Call {
  readonly io: Io;
  readonly style: Style;
  /** Whether the answer goes to a program. */
  readonly json: boolean;
  /** By position; what was left out is undefined. */
  readonly args: readonly (string | undefined)[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
  number(option: string): number | undefined;
  gathered(option: string): readonly string[];
  /** The address as it was given. */
  address(): URL;
  /** The API of the tenant that the address says, or that `--tenant` names. */
  tenant(): Promise<TenantClient>;
  operator(): Promise<OperatorClient>;
  /** A word on the side, to stderr: never part of the answer. */
  say(text: string): void;
}

/** What a verb answers. */
export interface Outcome {
  /** What `--json` prints: the API's own answer; undefined: nothing. */
  readonly document?: unknown;
  /** The same for people. */
  readonly text: string;
  readonly exitCode?: number;
}

/** An argument that must be there: the usage says so, and commander has seen to it. */
export function argument(call: Call, at: number): string {
  const value = call.args[at];
  if (value === undefined) throw new Error(`argument ${at} is not required by the usage`);
  return value;
}

/** The answer of a request. A refusal was thrown already. */
export function dataOf<Data>(answer: { data?: Data }): Data {
  if (answer.data === undefined) throw new Error('an answer without its document');
  return answer.data;
}
