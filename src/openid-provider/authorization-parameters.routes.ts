import { readFields } from '#http/fields.ts';
import { isProblem } from '#kernel/problem.ts';
import type { AuthorizationParameters } from './decide-authorization.ts';

/** @returns undefined when a parameter came twice: the Provider refuses that */
export function readParameters(query: string): AuthorizationParameters | undefined {
  try {
    return Object.fromEntries(Object.entries(readFields(query)).filter(([, value]) => value !== ''));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
