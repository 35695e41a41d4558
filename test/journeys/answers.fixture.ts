import assert from 'node:assert/strict';
import { after, before, mock } from 'node:test';
import { Provider } from 'oidc-provider';
import { openStore, type Store } from '#sql/store.ts';
import { Agent, type Visit } from '../kit/agent.ts';
import {
  type AuthorizationRequest,
  authorizationRequest,
  openScene,
  type Scene,
  signInByOidc,
  type TestApplication,
  type TestTenant,
} from '../kit/scene.ts';

/** What makes a request no longer plain, and changes nothing of what it asks for. */
const MORE = { ui_locales: 'de' };

let scene: Scene;
export let store: Store;
export let acme: TestTenant;
/** Of somebody who is signed in. */
export let agent: Agent;
/** Requests that oidc-provider has answered. */
let entered = 0;

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    watchProvider();
    scene = await openScene();
    store = openStore(scene.gateway.database);
    acme = await scene.addTenant('acme');
    const idp = await scene.startOidcIdp({
      person: {
        email: 'alice@acme.example',
        email_verified: true,
        given_name: 'Alice',
        family_name: 'Archer',
        groups: ['a', 'b'],
      },
    });
    const oidc = await acme.connectOidc(idp, { groupMappings: [{ external: 'a', group: 'Alpha' }] });
    agent = new Agent();
    await agent.follow((await signInByOidc(agent, acme, oidc)).arrived, (url) => url.startsWith('http://127.0.0.1:9/'));
  });
  after(async () => {
    mock.restoreAll();
    await store.close();
    await scene.close();
  });
}

function watchProvider(): void {
  const { callback } = Provider.prototype;
  mock.method(Provider.prototype, 'callback', function (this: Provider) {
    const handle = callback.call(this);
    return (...exchange: Parameters<typeof handle>) => {
      entered += 1;
      return handle(...exchange);
    };
  });
}

/** What comes of it, and whether oidc-provider was entered for it. */
export async function answered<Result>(ask: () => Promise<Result>): Promise<{ by: 'plain' | 'library'; result: Result }> {
  const start = entered;
  const result = await ask();
  assert.ok(entered - start <= 1);
  return { by: entered === start ? 'plain' : 'library', result };
}

/** Once plain and once not, seen to be answered by who should. */
export async function twice<Result>(ask: (more: Record<string, string>) => Promise<Result>): Promise<[Result, Result]> {
  const plain = await answered(() => ask({}));
  assert.equal(plain.by, 'plain', 'oidc-provider was entered for a plain request');
  const library = await answered(() => ask(MORE));
  assert.equal(library.by, 'library');
  return [plain.result, library.result];
}

export interface Given {
  visit: Visit;
  code: string;
  asked: AuthorizationRequest;
}

export async function codeFor(scope: string, more: Record<string, string> = {}, application = acme.application): Promise<Given> {
  const asked = authorizationRequest(acme, application, { scope, state: 'state', nonce: 'nonce', ...more });
  const visit = await agent.get(asked.url);
  const code = new URL(visit.location ?? '').searchParams.get('code');
  assert.ok(code, visit.location);
  return { visit, code, asked };
}

export interface Redeeming {
  code: string;
  asked: AuthorizationRequest;
  application: TestApplication;
  inForm?: boolean;
  change?: (fields: Record<string, string>) => Record<string, string>;
}

export function redeem(
  { code, asked, application, inForm, change = (same) => same }: Redeeming,
  more: Record<string, string>,
): Promise<Visit> {
  const { id, secret, redirectUri } = application;
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: asked.verifier, ...more };
  const basic = Buffer.from(`${id}:${secret}`).toString('base64');
  const inHeader = secret !== null && !inForm;
  const credentials = { client_id: id, ...(secret === null ? {} : { client_secret: secret }) };
  return agent.post(`${acme.url}/oauth/token`, change(inHeader ? fields : { ...fields, ...credentials }), {
    accept: 'application/json',
    ...(inHeader ? { authorization: `Basic ${basic}` } : {}),
  });
}
