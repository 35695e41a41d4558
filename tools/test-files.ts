import { globSync, readFileSync } from 'node:fs';
import { readModules } from '../test/architecture/tree.ts';

/** Test files by the engine that they run on, paths from the project's root. */
export interface TestFiles {
  /** Everything but the real providers, and but what speaks about PostgreSQL alone (`*.postgres.test.ts`). */
  sqlite: string[];
  /** Those whose outcome depends on the database. */
  postgres: string[];
}

const FOLDERS = ['src', 'sandbox', 'bench', 'tools', 'test'];

export function listTestFiles(): TestFiles {
  const all = globSync(FOLDERS.map((folder) => `${folder}/**/*.test.ts`))
    .filter((path) => !path.startsWith('test/interop/'))
    .sort();
  const storing = findStoring();
  return {
    sqlite: all.filter((path) => !path.endsWith('.postgres.test.ts')),
    postgres: all.filter((path) => storing.has(path) && !path.endsWith('.sqlite.test.ts')),
  };
}

/** Files that ask for a test database, and every file that imports one of these, however far away. */
function findStoring(): ReadonlySet<string> {
  const aliases = JSON.parse(readFileSync('package.json', 'utf8')).imports;
  const files = new Map(globSync(FOLDERS.map((folder) => `${folder}/**/*.ts`)).map((path) => [path, readFileSync(path, 'utf8')]));
  const modules = readModules(files, aliases);
  const storing = new Set(modules.filter(({ source }) => /\bopenTestDatabase\b/.test(source.code)).map(({ path }) => path));
  for (let before = -1; before < storing.size; ) {
    before = storing.size;
    for (const { path, imports } of modules)
      if (imports.some(({ target }) => target !== null && storing.has(target))) storing.add(path);
  }
  return storing;
}
