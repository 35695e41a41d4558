/** One kind of refusal, declared once in its folder's `problems.ts`. The code is a promise: `<folder>.<what>`. */
export interface ProblemType {
  readonly code: string;
  /** HTTP status that the API answers with. */
  readonly status: number;
  /** One sentence without data, safe to show to anybody. */
  readonly title: string;
  /** What the reader can do about it; safe to show to anybody. */
  readonly remedy?: string;
  /** Where the rule comes from, with section. */
  readonly source?: string;
}

/** One fault of an input; `pointer` is a JSON pointer (RFC 6901) into the request body. */
export interface InputFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface ProblemFacts {
  /** What may be told to the caller beyond the title. */
  detail?: string;
  /** For the log and the trace only; never a token, secret, assertion or password. */
  facts?: Record<string, unknown>;
  errors?: readonly InputFault[];
  cause?: unknown;
}

/** A refusal. Core code throws it and knows nothing of how it is rendered. */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly detail: string | undefined;
  readonly facts: Record<string, unknown>;
  readonly errors: readonly InputFault[];

  constructor(type: ProblemType, given: ProblemFacts = {}) {
    super(`${type.code}: ${given.detail ?? type.title}`, { cause: given.cause });
    this.name = 'Problem';
    this.type = type;
    this.detail = given.detail;
    this.facts = given.facts ?? {};
    this.errors = given.errors ?? [];
  }

  get code(): string {
    return this.type.code;
  }
}

export function isProblem(error: unknown, ...codes: string[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

type Declared = Omit<ProblemType, 'code'>;

/**
 * Declares a folder's refusals: `defineProblems('saml', { audience_mismatch: { status: 403, title: '…' } })`
 * gives `problems.audience_mismatch.code === 'saml.audience_mismatch'`.
 */
export function defineProblems<Names extends string>(
  folder: string,
  declared: Record<Names, Declared>,
): Readonly<Record<Names, ProblemType>> {
  const types = Object.entries<Declared>(declared).map(([name, type]): [string, ProblemType] => [
    name,
    Object.freeze({ code: `${folder}.${name}`, ...type }),
  ]);
  for (const [, type] of types) known.set(type.code, type);
  return Object.freeze(Object.fromEntries(types)) as Record<Names, ProblemType>;
}

/** Every refusal that is declared in what this program has loaded. */
const known = new Map<string, ProblemType>();

/** What a code says to administrators, without full stop; the code itself where nothing declares it any more, as in old traces. */
export const titleOfCode = (code: string): string => known.get(code)?.title.replace(/\.$/, '') ?? code;
