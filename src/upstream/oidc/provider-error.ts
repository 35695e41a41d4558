import { Problem, type ProblemType } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';

/** What a provider said when it refused; fit for logs and traces. */
export interface ProviderError {
  /** OAuth error code, `invalid_grant`. */
  error: string;
  description: string | null;
  /** Entra's own number, `AADSTS50105`. */
  aadsts: string | null;
}

const LONGEST_CODE = 100;
const LONGEST_DESCRIPTION = 300;

/** Shorter ones are no secret, and are found in words. */
const SHORTEST_SECRET = 6;

/**
 * Reads `error` and `error_description` of an authorization or token answer: foreign, and shown to people later.
 * @param secrets what the request carried: a provider that repeats it must not tell it to whoever reads traces
 */
export function readProviderError(
  { error, error_description: description }: Record<string, unknown>,
  secrets: readonly string[] = [],
): ProviderError {
  const text = typeof description === 'string' ? plain(without(secrets, description), LONGEST_DESCRIPTION) : null;
  return {
    error: typeof error === 'string' ? plain(without(secrets, error), LONGEST_CODE) : 'unreadable',
    description: text,
    aadsts: /^(AADSTS\d{4,9})\b/.exec(text ?? '')?.[1] ?? null,
  };
}

/** In clear, or as it went over the wire. */
function without(secrets: readonly string[], text: string): string {
  const forms = secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)]);
  return forms.reduce((left, form) => left.replaceAll(form, '(not shown)'), text);
}

/** Without control and format characters (they would forge log lines and turn text round) and cut. */
function plain(text: string, longest: number): string {
  return text
    .slice(0, longest * 2)
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed();
}

/** Refuses with what the provider said, as `facts.error`, `facts.description` and `facts.aadsts`. */
export function refuseWithProviderError(
  trace: Trace,
  step: string,
  { told, otherwise }: { told: ProviderError; otherwise: ProblemType },
): void {
  try {
    trace.check({ step, expected: 'no error', received: { ...told }, holds: false, otherwise });
  } catch (refusal) {
    if (refusal instanceof Problem) Object.assign(refusal.facts, told);
    throw refusal;
  }
}
