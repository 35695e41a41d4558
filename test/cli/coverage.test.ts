import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Descriptions, readDescriptions } from '../kit/descriptions.ts';

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
  let descriptions: Descriptions;
  before(async () => {
    descriptions = await readDescriptions();
  });
  for (const api of ['tenant', 'operator'] as const) {
    it(`of the ${api}'s API`, () => {
      const { paths } = JSON.parse(descriptions[api]) as { paths: Record<string, Record<string, unknown>> };
      const operations = Object.entries(paths).flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb} ${path}`));
      assert.ok(operations.length > 5);
      assert.deepEqual(
        operations.filter((one) => !used.has(one) && !WITHOUT.has(one)),
        [],
      );
    });
  }
});
