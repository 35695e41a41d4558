import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openScene, type Scene, type TestTenant } from '../kit/scene.ts';
import { type Circumstances, type Cli, cliOf } from './kit.ts';

interface Checks {
  readonly checks: { what: string; state: string; detail: string; whatToDo?: string }[];
}

describe('sallyport doctor', () => {
  let scene: Scene;
  let acme: TestTenant;
  let cli: Cli;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    await acme.connectOidc(await scene.startOidcIdp());
    cli = cliOf(scene, acme);
  });
  after(() => scene.close());

  async function examine(given: Circumstances = {}, using = cli) {
    const told = await using<Checks>(['doctor', '--json'], given);
    return { told, stateOf: (what: string) => told.json.checks.find((one) => one.what === what)?.state };
  }

  it('a gateway that is well: everything is looked at, exit code 0', async () => {
    const { told } = await examine();
    assert.equal(told.code, 0, told.out);
    const states = Object.fromEntries(told.json.checks.map(({ what, state }) => [what, state]));
    for (const what of ['Reachable', 'Ready', 'Clock', 'Version', 'Token', 'Expiries']) assert.equal(states[what], 'well', what);
    assert.ok('Provider Acme OIDC' in states);
    const human = await cli(['doctor']);
    assert.match(human.out, /^✓ Reachable: /);
    assert.ok(!human.out.includes(scene.gateway.operatorToken));
  });

  it('the server’s own address: the token is tried as an operator’s', async () => {
    const { told, stateOf } = await examine({}, cliOf(scene));
    assert.equal(told.code, 0, told.out);
    assert.equal(stateOf('Token'), 'well');
  });

  it('nobody there: says so, asks no further, exit code 1', async () => {
    const { told, stateOf } = await examine({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
    assert.equal(told.code, 1);
    assert.equal(stateOf('Reachable'), 'broken');
    assert.equal(told.json.checks.length, 1);
  });

  it('a token that does not count, and none at all', async () => {
    for (const token of ['not-the-token', '']) {
      const { told, stateOf } = await examine({ env: { SALLYPORT_TOKEN: token } });
      assert.equal(told.code, 1);
      assert.equal(stateOf('Token'), 'broken');
      assert.ok(told.json.checks.every(({ state, whatToDo }) => state === 'well' || whatToDo !== undefined));
    }
  });

  it('a clock that is ten minutes off is a warning, and says which way', async () => {
    const { told, stateOf } = await examine({ now: new Date(Date.now() - 600_000) });
    assert.equal(stateOf('Clock'), 'warning');
    assert.match(told.json.checks.find(({ what }) => what === 'Clock')?.detail ?? '', /behind/);
  });

  it('an address without an API, and a store that is away', async () => {
    const elsewhere = await examine({ env: { SALLYPORT_API_URL: `${scene.gateway.serverUrl}/elsewhere` } });
    assert.equal(elsewhere.stateOf('Version'), 'broken');
    const { told, stateOf } = await examine({
      fetch: async (request) =>
        new URL(request.url).pathname === '/readyz' ? new Response(null, { status: 503 }) : fetch(request),
    });
    assert.equal(told.code, 1);
    assert.equal(stateOf('Ready'), 'broken');
  });
});
