import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const sources = globSync('console/src/**/*.{ts,tsx}').map((path) => readFileSync(path, 'utf8'));

/** Files to keep are fetched with the address itself, not through the typed client. */
const DOWNLOADED = new Map([['/api/v1/identity-providers/{id}/export', '/api/v1/identity-providers/${provider.id}/export']]);

let scene: Scene;
let acme: TestTenant;
let operations: [method: string, path: string][] = [];

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  const { json } = await acme.api.call<{ paths: Record<string, object> }>('GET', '/api/openapi.json');
  operations = Object.entries(json.paths).flatMap(([path, of]) =>
    METHODS.filter((method) => method in of).map((method): [string, string] => [method.toUpperCase(), path]),
  );
});
after(() => scene.close());

const isCalled = ([method, path]: [string, string]): boolean => {
  const kept = DOWNLOADED.get(path);
  return kept === undefined
    ? sources.some((source) => source.includes(`api.${method}('${path}'`))
    : sources.some((source) => source.includes(kept) && source.includes('download(path'));
};

describe('The console', () => {
  it('does everything that the API can do for an identity provider', () => {
    const wanted = operations.filter(([, path]) => path.startsWith('/api/v1/identity-provider'));
    assert.ok(wanted.length > 25, 'there is something to do');
    assert.deepEqual(
      wanted.filter((one) => !isCalled(one)),
      [],
    );
  });

  it('calls nothing that the API does not have', () => {
    const known = new Set(operations.map(([method, path]) => `${method} ${path}`));
    const called = sources.flatMap((source) => [...source.matchAll(/\bapi\.([A-Z]+)\('([^']+)'/g)]);
    assert.ok(called.length > 50, 'there are calls');
    for (const [, method, path] of called) assert.ok(known.has(`${method} ${path}`), `${method} ${path}`);
  });
});
