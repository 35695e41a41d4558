import { CommanderError } from 'commander';
import { ApiProblem } from '#client/index.ts';
import type { Io } from './io.ts';
import { writeJson } from './print/plain.ts';
import { problemDocument, problemText } from './print/problem.ts';
import { styleFor } from './print/style.ts';
import { createProgram } from './program.ts';
import { refuse, UsageError } from './refusals.ts';

/** Done; refused, with the code said; called wrongly. */
const DONE = 0;
const REFUSED = 1;
const MISUSED = 2;

/**
 * Runs one command line.
 * @param argv without program and script
 * @returns the exit code
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = DONE;
  const program = createProgram(io, ({ document, text, exitCode: code = DONE }, { json }) => {
    exitCode = code;
    if (!json) io.out(text);
    else if (document !== undefined) io.out(writeJson(document));
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(error, { io, json: argv.includes('--json') });
  }
}

function tellFailure(error: unknown, { io, json }: { io: Io; json: boolean }): number {
  // It has said it already: help that was asked for, or what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED;
  if (error instanceof UsageError) {
    io.err(`sallyport: ${error.message}\n`);
    return MISUSED;
  }
  const problem = error instanceof SyntaxError ? noApi(error) : error;
  if (!(problem instanceof ApiProblem)) throw error;
  if (json) io.out(writeJson(problemDocument(problem)));
  else io.err(problemText(problem, styleFor(io, io.terminal.errors)));
  return REFUSED;
}

/** What was read as JSON and is none: a page of a proxy, or of something else that lives at the address. */
const noApi = ({ message }: SyntaxError): ApiProblem =>
  refuse('cli.no_api', {
    title: 'What answered is not the API.',
    detail: message,
    remedy: 'Check --url: https://sso.example.com/t/acme for a tenant, or the server’s own address with --tenant.',
  });
