import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Operations of the API that no command is for. */
const WITHOUT: ReadonlySet<string> = new Set([
  // The same as PUT.
  'post /api/v1/users/{id}/sign-in-method',
  // A password is typed into a page, by whom it belongs to.
  'post /api/v1/users/{id}/password',
]);

const sources = globSync('src/cli/**/*.ts', { cwd: ROOT }).map((path) => readFileSync(`${ROOT}${path}`, 'utf8'));
const used = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/\.(GET|POST|PUT|PATCH|DELETE)\(\s*'([^']+)'/g)].map(([, verb, path]) => `${verb?.toLowerCase()} ${path}`),
  ),
);

describe('every operation of the API has its command', () => {
  for (const api of ['tenant-api', 'operator-api']) {
    const text = readFileSync(`${ROOT}src/client/${api}.d.ts`, 'utf8');
    const operations = [...text.matchAll(/^ {4}"(\/[^"]*)": \{([\s\S]*?)^ {4}\};/gm)].flatMap(([, path, body = '']) =>
      [...body.matchAll(/^ {8}(get|put|post|delete|patch): /gm)].map(([, verb]) => `${verb} ${path}`),
    );
    it(`${api}: ${operations.length} operations`, () => {
      assert.ok(operations.length > 5);
      assert.deepEqual(
        operations.filter((one) => !used.has(one) && !WITHOUT.has(one)),
        [],
      );
    });
  }
});
