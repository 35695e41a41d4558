import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, type Visit } from '../../kit/agent.ts';
import { authorizationRequest, claimsOf, type TestApplication, tokensFor } from '../../kit/scene.ts';
import { type Canary, startCanary } from '../oracles.ts';
import { CRM_URI, exchange, grant, openStage, type Person, type Stage } from './stage.ts';

let stage: Stage;
let person: Person;
let canary: Canary;

before(async () => {
  canary = await startCanary();
  stage = await openStage();
  person = await stage.person();
});
after(async () => {
  await stage.close();
  await canary.close();
});

const ask = (
  more: Record<string, string>,
  application: TestApplication = stage.crm,
  agent: Agent = person.agent,
): Promise<Visit> => agent.get(authorizationRequest(stage.n1, application, more).url);

/** The application is told of an error, at its own address, in the query or the fragment, and gets neither code nor token. */
function assertToldOf(visit: Visit, error: string): void {
  const { location = '' } = visit;
  assert.ok(
    location.startsWith(`${CRM_URI}?`) || location.startsWith(`${CRM_URI}#`),
    `${visit.status} ${location} ${visit.body.slice(0, 200)}`,
  );
  const answer = new URLSearchParams(location.slice(CRM_URI.length + 1));
  assert.equal(answer.get('error'), error, location);
  for (const name of ['code', 'access_token', 'id_token', 'response']) assert.equal(answer.get(name), null);
}

describe('an authorization request gets nothing that its application is not registered for (T120)', () => {
  it('the valid control: a code', async () => {
    const { status } = await exchange(stage.n1, stage.crm, await grant(stage.n1, stage.crm, person));
    assert.equal(status, 200);
  });
  const evilRequest = (header: object): string => {
    const claims = {
      ...Object.fromEntries(new URL(authorizationRequest(stage.n1, stage.crm).url).searchParams),
      redirect_uri: 'https://evil.example/',
      iss: stage.crm.id,
      aud: stage.acme.url,
    };
    return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  };
  const requests: Record<string, [error: string, more: () => Record<string, string>]> = {
    'an unsigned request object with another address': [
      'invalid_request_object',
      () => ({ request: `${evilRequest({ alg: 'none' })}.` }),
    ],
    'a request object signed by somebody': [
      'invalid_request_object',
      () => ({ request: `${evilRequest({ alg: 'ES256' })}.${'A'.repeat(86)}` }),
    ],
    'a request object under the application’s secret': [
      'invalid_request_object',
      () => ({ request: `${evilRequest({ alg: 'HS256' })}.${'A'.repeat(43)}` }),
    ],
    'a request object that is none': ['invalid_request_object', () => ({ request: 'nonsense' })],
    'a request object to be fetched': ['request_uri_not_supported', () => ({ request_uri: canary.url })],
    'a registration': [
      'registration_not_supported',
      () => ({ registration: JSON.stringify({ redirect_uris: ['https://evil.example'] }) }),
    ],
    'a token at once': ['invalid_request', () => ({ response_type: 'token' })],
    'an ID token at once': ['invalid_request', () => ({ response_type: 'id_token' })],
    'a code and an ID token': ['invalid_request', () => ({ response_type: 'code id_token' })],
    'nothing at all': ['unsupported_response_type', () => ({ response_type: 'none' })],
    'an answer in the fragment': ['invalid_request', () => ({ response_mode: 'fragment' })],
    'an answer in a web message': ['unsupported_response_mode', () => ({ response_mode: 'web_message' })],
    'an answer as a JWT': ['unsupported_response_mode', () => ({ response_mode: 'query.jwt' })],
    'an answer as a JWT in a form': ['unsupported_response_mode', () => ({ response_mode: 'form_post.jwt' })],
    'prompt=none beside another': ['invalid_request', () => ({ prompt: 'none login' })],
    'the scope of the gateway’s own API': ['invalid_scope', () => ({ scope: 'openid sallyport_api' })],
    'no openid scope': ['invalid_request', () => ({ scope: 'profile' })],
  };
  for (const [name, [error, more]] of Object.entries(requests)) {
    it(`${name}: ${error}, for somebody who is signed in and for somebody who is not`, async () => {
      for (const agent of [person.agent, new Agent()]) assertToldOf(await ask(more(), stage.crm, agent), error);
    });
  }
  it('NOFETCH: nobody came to fetch the request object', () => assert.equal(canary.connections, 0));
  it('prompt=none with nobody signed in: login_required', async () => {
    assertToldOf(await ask({ prompt: 'none' }, stage.crm, new Agent()), 'login_required');
  });
  it('a resource of somebody’s and claims of one’s own choice change nothing', async () => {
    const more = {
      resource: 'https://evil.example/api',
      claims: JSON.stringify({
        id_token: { roles: { essential: true, values: ['Full Administrator'] }, sub: { value: 'admin' } },
      }),
    };
    const { json } = await exchange(stage.n1, stage.crm, await grant(stage.n1, stage.crm, person, more));
    const claims = claimsOf(json.id_token);
    assert.deepEqual([claims['aud'], claims['sub']], [stage.crm.id, person.userId]);
    assert.ok(!JSON.stringify(claims).includes('Full Administrator'));
  });
});

describe('nobody registers an application but an administrator, and nothing of it is fetched (T120)', () => {
  it('there is no place to register at', async () => {
    const discovery = (await (await fetch(`${stage.n1.url}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    assert.equal(discovery['registration_endpoint'], undefined);
    for (const path of [
      '/oauth/register',
      '/oauth/reg',
      '/reg',
      '/register',
      '/connect/register',
      '/oauth/request',
      '/oauth/device/auth',
      '/oauth/backchannel',
    ]) {
      const answer = await fetch(`${stage.n1.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://evil.example/'] }),
      });
      assert.equal(answer.status, 404, path);
    }
  });
  it('without a token the API registers nothing', async () => {
    const answer = await fetch(`${stage.n1.url}/api/v1/applications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Evil', redirectUris: ['https://evil.example/'] }),
    });
    assert.equal(answer.status, 401);
  });
  it('addresses that would have to be fetched are no fields', async () => {
    const create = (more: object) =>
      stage.acme.api.call('POST', '/api/v1/applications', { name: 'Shop', redirectUris: ['https://shop.example/'], ...more });
    assert.equal((await create({})).status, 201, 'the valid control');
    for (const name of [
      'jwksUri',
      'jwks_uri',
      'sectorIdentifierUri',
      'sector_identifier_uri',
      'logoUri',
      'logo_uri',
      'requestUris',
      'backchannelLogoutUri',
    ]) {
      assert.equal((await create({ [name]: canary.url })).status, 422, name);
    }
    // The browser is sent there, and only the browser.
    assert.equal((await create({ initiateLoginUri: canary.url })).status, 201);
    assert.equal(canary.connections, 0);
  });
  it('a grant that nobody was given: refused at the token endpoint', async () => {
    const grants: Record<string, string>[] = [
      { grant_type: 'client_credentials' },
      { grant_type: 'password', username: 'alice', password: 'x' },
      { grant_type: 'implicit' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
      { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'x' },
      { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' },
    ];
    for (const wanted of grants) {
      const { status, json } = await tokensFor(stage.n1, stage.crm, wanted);
      assert.equal(status, 400);
      assert.ok(['unsupported_grant_type', 'unauthorized_client'].includes(json.error), `${wanted['grant_type']}: ${json.error}`);
    }
  });
});
