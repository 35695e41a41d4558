import { globSync, readFileSync } from 'node:fs';

/** Test files by what they need, paths from the project's root. */
export interface TestFiles {
  /** Everything but the real providers. */
  all: string[];
  /** Those whose outcome depends on the database. */
  stored: string[];
}

const EVERYWHERE = ['src/**/*.test.ts', 'sandbox/**/*.test.ts', 'bench/**/*.test.ts', 'tools/**/*.test.ts', 'test/**/*.test.ts'];

export function listTestFiles(): TestFiles {
  const all = globSync(EVERYWHERE)
    .filter((path) => !path.startsWith('test/interop/'))
    .sort();
  return { all, stored: all.filter(touchesTheStore) };
}

/** `*.sql.test.ts`, and whatever asks for a test database or starts a gateway on one. */
function touchesTheStore(path: string): boolean {
  if (path.endsWith('.sql.test.ts') || /^test\/(?:attacks|journeys)\//.test(path)) return true;
  return /openTestDatabase|SALLYPORT_TEST_DATABASE|#test\/(?:postgres|gateway)/.test(readFileSync(path, 'utf8'));
}
