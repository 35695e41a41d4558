import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDescriptions } from '../test/kit/descriptions.ts';

const GENERATOR = 'tools/openapi/node_modules/.bin/openapi-typescript';

/** Writes the types of the API client from the description that a gateway gives of itself. They are made, never kept: see src/client/README.md. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
  try {
    for (const [name, description] of Object.entries(await readDescriptions())) {
      const document = join(folder, `${name}.json`);
      const typed = join(folder, `${name}.d.ts`);
      writeFileSync(document, description);
      execFileSync(process.execPath, [GENERATOR, document, '-o', typed, '--root-types-no-schema-prefix'], { stdio: 'pipe' });
      writeWhereChanged(`src/client/${name}-api.d.ts`, readFileSync(typed, 'utf8'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What did not change keeps its time, so that the next type check goes on from where the last one was. */
function writeWhereChanged(path: string, text: string): void {
  if (readIfThere(path) === text) return;
  writeFileSync(path, text);
  console.log(`${path} written`);
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
await main();
