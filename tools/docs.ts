import { readFileSync, writeFileSync } from 'node:fs';
import { presets } from '../src/upstream/presets/list.ts';
import { guideLanguages, type Preset } from '../src/upstream/presets/preset.ts';
import { writeChecks } from './docs/checks.ts';
import { writeCommandLine } from './docs/command-line.ts';
import { writeGuide } from './docs/guides.ts';
import { readDeclaredProblems, writeProblems } from './docs/problem-codes.ts';

/** Writes the documents that are made from the code; with `--check` only says which of them the code has outgrown. */
async function main(how: 'write' | 'check'): Promise<number> {
  const documents = {
    'docs/problems.md': writeProblems(await readDeclaredProblems()),
    'docs/checks.md': writeChecks(),
    'docs/cli.md': writeCommandLine(),
    ...Object.fromEntries(presets.flatMap(guidesOf)),
  };
  const outgrown = Object.entries(documents).filter(([path, text]) => readIfThere(path) !== text);
  for (const [path, text] of outgrown) {
    if (how === 'write') writeFileSync(path, text);
    console.log(how === 'write' ? `${path} written` : `${path} is not what the code says: run node tools/docs.mjs`);
  }
  return how === 'check' && outgrown.length > 0 ? 1 : 0;
}

/** `docs/guides/okta.md`, `docs/guides/okta.de.md`. */
function guidesOf(preset: Preset): [path: string, text: string][] {
  return guideLanguages.map((language, index) => {
    const path = `docs/guides/${preset.id}${index === 0 ? '' : `.${language}`}.md`;
    return [path, writeGuide(preset, language)];
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

process.chdir(new URL('..', import.meta.url).pathname);
process.exitCode = await main(process.argv.includes('--check') ? 'check' : 'write');
