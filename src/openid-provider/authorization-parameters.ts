import { readFields } from '#http/fields.ts';
import { isProblem } from '#kernel/problem.ts';

/** Parameters of an authorization request, each once. Without a value means not sent (RFC 6749 §3.1). */
export type AuthorizationParameters = Readonly<Record<string, string>>;

/** @returns undefined when a parameter came twice: the Provider refuses that */
export function readParameters(query: string): AuthorizationParameters | undefined {
  try {
    return Object.fromEntries(Object.entries(readFields(query)).filter(([, value]) => value !== ''));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
