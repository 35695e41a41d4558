import { ApiProblem } from '#client/index.ts';

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** What the command itself refuses, told like a refusal of the API: exit code 1. `code` begins with `cli.`. */
export function refuse(code: `cli.${string}`, told: { title: string; detail?: string; remedy?: string }): ApiProblem {
  return new ApiProblem(0, { code, ...told });
}
