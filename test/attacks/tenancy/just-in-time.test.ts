import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../../kit/scene.ts';
import { refused } from '../oracles.ts';

let scene: Scene;
let acme: TestTenant;
let globex: TestTenant;
let idp: OidcIdp;
let oidc: OidcConnection;
let victims: OidcConnection;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  globex = await scene.addTenant('globex');
  idp = await scene.startOidcIdp();
  oidc = await acme.connectOidc(idp);
  victims = await globex.connectOidc(await scene.startOidcIdp());
});
after(() => scene.close());

const arrive = async (person: Record<string, unknown>, connection = oidc) => {
  idp.person = { given_name: 'Some', family_name: 'Body', email_verified: true, ...person };
  const agent = new Agent();
  return { agent, ...(await signInByOidc(agent, acme, connection)) };
};
const usersOf = async (tenant: TestTenant, email: string) =>
  (await tenant.api.call('GET', `/api/v1/users?email=${encodeURIComponent(email)}`)).json.items;

describe("an address in somebody else's domain (T124)", () => {
  it('makes an account of this tenant alone, whose address nobody believes', async () => {
    const email = 'ceo@globex.example';
    victims.idp.person = { sub: 'ceo', email, email_verified: true };
    const owner = new Agent();
    const { arrived } = await signInByOidc(owner, globex, victims);
    assert.equal(arrived.status, 303, 'the owner of the address, in their own tenant (control)');
    const before = JSON.stringify(await usersOf(globex, email));

    const { agent, arrived: came, asked } = await arrive({ sub: 'mallory', email });
    const { json } = await redeem(acme, await codeFrom(agent, came), asked);
    const claims = claimsOf(json.id_token);
    assert.notEqual(claims.email_verified, true, 'no application is told that the address is proven');
    const [stranger] = await usersOf(acme, email);
    assert.equal(stranger?.id, claims.sub);
    assert.equal(stranger?.['emailVerified'], false);
    assert.equal(JSON.stringify(await usersOf(globex, email)), before, 'nothing of the other tenant changed');
    assert.notEqual((await usersOf(globex, email))[0]?.id, claims.sub);
  });

  it('does not find an account that has the address already', async () => {
    const email = 'partner@globex.example';
    await acme.api.call('POST', '/api/v1/users', { email });
    const { agent } = await arrive({ sub: 'someone-else', email: 'x@acme.example' });
    const arriving = async () => (await arrive({ sub: 'mallory-2', email })).arrived;
    await refused({ tenant: acme, agent }, { code: 'admission.email_not_trusted' }, arriving);
  });
});

describe('who gets an account at the first sign-in (T125)', () => {
  it('nobody where creation is off, and nothing is made', async () => {
    const closed = await acme.connectOidc(idp, { slug: 'closed', users: { create: false, update: true } });
    const agent = new Agent();
    const arriving = async () => (await arrive({ sub: 'new-1', email: 'new-1@acme.example' }, closed)).arrived;
    await refused({ tenant: acme, agent }, { code: 'admission.no_account' }, arriving);
  });

  it('nobody who is refused by the provider that serves other domains', async () => {
    const narrow = await acme.connectOidc(idp, {
      slug: 'narrow',
      authentication: { enabled: true, domains: ['acme.example'], userAttribute: 'email', claim: 'email' },
    });
    await acme.api.call('POST', '/api/v1/domains', { name: 'other.example' });
    await acme.api.call('POST', '/api/v1/users', { email: 'eve@other.example' });
    const arriving = async () => (await arrive({ sub: 'eve', email: 'eve@other.example' }, narrow)).arrived;
    await refused({ tenant: acme, agent: new Agent() }, { code: 'admission.email_not_trusted' }, arriving);
  });

  it('one, of fifty first sign-ins of one person at the same moment', async () => {
    const email = 'fifty@acme.example';
    idp.person = { sub: 'fifty', email, email_verified: true, given_name: 'Fi', family_name: 'Fty' };
    const agents = Array.from({ length: 50 }, () => new Agent());
    const started = await Promise.all(agents.map((agent) => agent.get(`${acme.url}/sso/oidc/start`)));
    const answers = [];
    for (const { location } of started) answers.push(await idp.authorize(new URL(location ?? '')));
    const arrived = await Promise.all(
      answers.map((answer, index) => (agents[index] as Agent).get(`${oidc.callbackUrl}?${new URLSearchParams(answer)}`)),
    );
    assert.deepEqual(new Set(arrived.map((visit) => `${visit.status} ${codeOf(visit) ?? ''}`)), new Set(['303 ']));
    const found = await usersOf(acme, email);
    assert.equal(found.length, 1);
    assert.equal((found[0]?.['links'] as unknown[] | undefined)?.length, 1);
  });
});
