import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProblemType } from '#kernel/problem.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One refusal and where it is declared. */
export interface DeclaredProblem {
  /** Path of the `problems.ts`, from the project's root. */
  readonly path: string;
  readonly name: string;
  readonly type: ProblemType;
}

/** Every refusal of the product, in the order of files and of the lists in them. */
export async function readDeclaredProblems(): Promise<DeclaredProblem[]> {
  const found: DeclaredProblem[] = [];
  for (const path of globSync('src/**/problems.ts', { cwd: ROOT }).sort()) {
    const sets: Record<string, Record<string, ProblemType>> = await import(pathToFileURL(join(ROOT, path)).href);
    for (const set of Object.values(sets)) {
      for (const [name, type] of Object.entries(set)) found.push({ path, name, type });
    }
  }
  return found;
}

/** `saml` of `saml.audience_mismatch`. */
export const folderOfCode = (code: string): string => code.slice(0, code.indexOf('.'));

/** `docs/problems.md`: every code, by folder. */
export function writeProblems(problems: readonly DeclaredProblem[]): string {
  const byFolder = [...Map.groupBy(problems, ({ type }) => folderOfCode(type.code))].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const sections = byFolder.map(([folder, declared]) => {
    const places = [...new Set(declared.map(({ path }) => path))].map((path) => `[${dirname(path)}](../${path})`);
    const rows = declared.map(({ type }) => rowOf(type));
    return [
      `## ${folder}`,
      `Declared in ${places.join(', ')}.`,
      ['| code | status | what and what to do | source |', '|---|---|---|---|', ...rows].join('\n'),
    ].join('\n\n');
  });
  return `${[PROBLEMS_INTRODUCTION, ...sections].join('\n\n')}\n`;
}

function rowOf({ code, status, title, remedy, source }: ProblemType): string {
  const what = [`${title.replace(/\.$/, '')}.`, ...(remedy === undefined ? [] : [`*${remedy}*`])].join(' ');
  return `| \`${code}\` | ${status} | ${inCell(what)} | ${inCell(source ?? '—')} |`;
}

const inCell = (text: string): string => text.replaceAll('|', '\\|');

const PROBLEMS_INTRODUCTION = `# Problem codes

Written by \`tools/docs.ts\` from the code; not by hand.

Every refusal has a code, and a code is a promise: programs may rely on it, wordings may change. The API answers it as
\`application/problem+json\` (RFC 9457) with \`code\`, \`title\`, \`status\` and \`traceId\`; people see it on a page, with a reference that finds
the trace of their sign-in under \`/api/v1/sign-ins/{reference}\`.`;
