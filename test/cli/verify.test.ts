import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../kit/agent.ts';
import { type OidcConnection, openScene, type Scene, type TestTenant } from '../kit/scene.ts';
import { type Cli, cliOf } from './kit.ts';

interface ReportDocument {
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly revision: number;
  readonly summary: { code: string | null; whatToDo: string };
  readonly items: { id: string; state: string }[];
}

describe('sallyport idp verify', () => {
  let scene: Scene;
  let acme: TestTenant;
  let cli: Cli;
  let oidc: OidcConnection;

  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    cli = cliOf(scene, acme);
    oidc = await acme.connectOidc(await scene.startOidcIdp());
  });
  after(() => scene.close());

  /** A person who opens the link, and signs in at the provider. */
  async function signIn(url: string): Promise<void> {
    const agent = new Agent();
    const { location = '' } = await agent.get(url);
    const fields = await oidc.idp.authorize(location);
    await agent.get(`${oidc.callbackUrl}?${new URLSearchParams(fields)}`);
  }

  /** Verify with somebody at a browser, who opens what `--open` would. */
  async function verify(...more: string[]) {
    const opened: string[] = [];
    const visited = new Set<string>();
    const meanwhile = async (): Promise<void> => {
      for (const url of opened.filter((one) => !visited.has(one))) {
        visited.add(url);
        await signIn(url);
      }
    };
    const told = await cli<ReportDocument>(['idp', 'verify', 'oidc', '--open', ...more], { opened, meanwhile });
    return { told, opened };
  }

  it('prints the link, waits, and tells the report: passed, steps, mappings, person, tokens; exit code 0', async () => {
    const { told, opened } = await verify();
    assert.equal(told.code, 0, told.err);
    assert.ok(told.err.includes(opened[0] ?? 'no link'));
    for (const part of [
      'passed',
      'Steps',
      'What the mappings make of the claims',
      'Person',
      'ID token that an application would get',
    ]) {
      assert.ok(told.out.includes(part), part);
    }
    assert.match(told.out, /✓ passed /);
  });

  it('gives a program the report alone on stdout', async () => {
    const { told } = await verify('--json');
    assert.equal(told.json.state, 'passed');
  });

  it('a wrong secret: the first line says what to change and where; exit code 1', async () => {
    const staged = await cli(['idp', 'change', 'oidc', '--set', '/oidc/clientSecret=not-the-secret-0123456789']);
    assert.match(staged.out, /^Staged as revision/);
    const { told } = await verify();
    assert.equal(told.code, 1);
    const { json } = await cli<ReportDocument>(['idp', 'report', 'oidc', '--json']);
    const [first = ''] = told.out.split('\n');
    assert.ok(json.summary.whatToDo.startsWith(first.slice(0, 40)), `${first} / ${json.summary.whatToDo}`);
    assert.match(told.out, new RegExp(`Code ${json.summary.code}`));
    assert.ok(!`${told.out}${told.err}`.includes('not-the-secret-0123456789'));
    await cli(['idp', 'discard', 'oidc']);
  });

  it('a staged revision that passed is activated without an override', async () => {
    await cli(['idp', 'change', 'oidc', '--set', '/authentication/domains=["acme.example"]']);
    const { told } = await verify();
    assert.equal(told.code, 0, told.err);
    const activated = await cli(['idp', 'activate', 'oidc']);
    assert.equal(activated.code, 0, activated.err);
    assert.match(activated.out, /live/);
  });

  it('--no-wait: the link alone, and the report later', async () => {
    const started = await cli<ReportDocument>(['idp', 'verify', 'oidc', '--no-wait', '--json']);
    assert.equal(started.code, 0, started.err);
    assert.equal((await cli<ReportDocument>(['idp', 'report', 'oidc', '--json'])).json.state, 'waiting');
    await signIn(started.json.url);
    const report = await cli<ReportDocument>(['idp', 'report', 'oidc', started.json.id, '--json']);
    assert.deepEqual([report.code, report.json.state], [0, 'passed']);
    const listed = await cli<ReportDocument>(['idp', 'reports', 'oidc', '--json']);
    assert.deepEqual([listed.json.items[0]?.id, listed.json.items[0]?.state], [started.json.id, 'passed']);
  });

  it('a gateway that is away for a moment does not end the waiting; one that stays away does', async () => {
    const away = (times: number) => {
      let left = times;
      return async (request: Request): Promise<Response> => {
        if (/\/verify\/ver_/.test(request.url) && left-- > 0) throw new TypeError('fetch failed');
        return fetch(request);
      };
    };
    const opened: string[] = [];
    const back = await cli<ReportDocument>(['idp', 'verify', 'oidc', '--open', '--json'], {
      fetch: away(3),
      opened,
      meanwhile: async () => {
        const [url] = opened.splice(0);
        if (url !== undefined) await signIn(url);
      },
    });
    assert.deepEqual([back.code, back.json.state], [0, 'passed']);
    const gone = await cli<{ code: string }>(['idp', 'verify', 'oidc', '--json'], { fetch: away(1000) });
    assert.deepEqual([gone.code, gone.json.code], [1, 'client.unreachable']);
  });

  it('a link that nobody opens ends the waiting with 1', async () => {
    const told = await cli<ReportDocument>(['idp', 'verify', 'oidc', '--json'], {
      meanwhile: async () => scene.gateway.advance(16 * 60),
    });
    assert.deepEqual([told.code, told.json.state], [1, 'expired']);
  });
});
