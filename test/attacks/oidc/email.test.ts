import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { OidcConnection } from '../../kit/scene.ts';
import { acceptOne, type Case, openStage, refuse, type Stage } from './stage.ts';

/** Accounts that the tenant has, none of them linked to any provider. */
const VICTIM_EMAIL = 'victim@acme.example';
const PARTNER_EMAIL = 'partner@globex.example';

let stage: Stage;
let sales: OidcConnection;
let mapped: OidcConnection;
let crossed: OidcConnection;
let beside: OidcConnection;
let byName: OidcConnection;
let created = 0;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
  for (const email of [VICTIM_EMAIL, PARTNER_EMAIL]) await addUser({ email, emailVerified: true });
  await vouch('sales.acme.example');
  sales = await stage.acme.connectOidc(stage.idp, {
    slug: 'sales',
    authentication: { ...byEmail, domains: ['sales.acme.example'] },
  });
  mapped = await stage.acme.connectOidc(stage.idp, {
    slug: 'mapped',
    claims: { email: 'preferred_username' },
    authentication: { ...byEmail, claim: 'preferred_username' },
  });
  crossed = await stage.acme.connectOidc(stage.idp, { slug: 'crossed', claims: { email: 'mail' } });
  beside = await stage.acme.connectOidc(stage.idp, {
    slug: 'beside',
    authentication: { ...byEmail, claim: 'preferred_username' },
  });
  byName = await stage.acme.connectOidc(stage.idp, {
    slug: 'by-name',
    authentication: { enabled: true, default: false, domains: [], userAttribute: 'userPrincipalName', claim: 'upn' },
  });
});
after(() => stage.close());

const byEmail = { enabled: true, default: false, userAttribute: 'email', claim: 'email' };

async function addUser(document: Record<string, unknown>): Promise<string> {
  const { status, json } = await stage.acme.api.call('POST', '/api/v1/users', document);
  assert.equal(status, 201, JSON.stringify(json));
  return json.id;
}

async function vouch(domain: string): Promise<void> {
  const { status } = await stage.acme.api.call('POST', '/api/v1/domains', { name: domain });
  assert.equal(status, 201);
}

/** Somebody new at the provider, who says this of their address; userinfo says the same. */
function arriving(claims: Record<string, unknown>): Pick<Case, 'token' | 'userinfo'> {
  created += 1;
  const all = { sub: `mallory-${created}`, email_verified: undefined, ...claims };
  return { token: { claims: all }, userinfo: { json: all } };
}

describe('an account is found by an address only where the provider vouches for it in a domain of the tenant (T98, nOAuth)', () => {
  it('the valid control: a verified address in an owned domain finds its account', async () => {
    const id = await addUser({ email: 'bob@acme.example' });
    const { sub } = await acceptOne(stage, arriving({ email: 'bob@acme.example', email_verified: true }));
    assert.equal(sub, id);
  });
  it('the valid control: so does it in other letters', async () => {
    const id = await addUser({ email: 'carol@acme.example' });
    const { sub } = await acceptOne(stage, arriving({ email: 'Carol@ACME.example', email_verified: true }));
    assert.equal(sub, id);
  });
  it('the valid control: an account of one’s own without any proof, where nobody has the address', async () => {
    const victim = await stage.acme.api.call('GET', `/api/v1/users?email=${encodeURIComponent(VICTIM_EMAIL)}`);
    const { sub, email_verified: verified } = await acceptOne(stage, arriving({ email: 'nobody@elsewhere.example' }));
    assert.notEqual(sub, victim.json.items[0]?.id);
    assert.equal(verified, false);
  });
  const statements: Record<string, unknown> = {
    'not said': undefined,
    false: false,
    '"false"': 'false',
    '"true"': 'true',
    '"True"': 'True',
    1: 1,
    '"1"': '1',
    null: null,
    'a list with true': [true],
    'an object': { value: true },
    'an empty text': '',
  };
  refuse(
    here,
    Object.entries(statements).map(([name, verified]) => ({
      name: `email_verified ${name}`,
      code: 'admission.email_not_trusted',
      ...arriving({ email: VICTIM_EMAIL, email_verified: verified }),
    })),
  );
  refuse(here, [
    { name: 'the address in capitals', code: 'admission.email_not_trusted', ...arriving({ email: VICTIM_EMAIL.toUpperCase() }) },
    { name: 'the address between spaces', code: 'admission.email_not_trusted', ...arriving({ email: ` ${VICTIM_EMAIL}\t` }) },
    {
      name: 'the address first in a list',
      code: 'admission.email_not_trusted',
      ...arriving({ email: [VICTIM_EMAIL, 'mallory@evil.example'], email_verified: true }),
    },
    {
      name: 'xms_edov, which only Microsoft’s word is',
      code: 'admission.email_not_trusted',
      ...arriving({ email: VICTIM_EMAIL, xms_edov: true }),
    },
    {
      name: 'verified, in a domain that the tenant does not own',
      code: 'admission.email_not_trusted',
      ...arriving({ email: PARTNER_EMAIL, email_verified: true }),
    },
    {
      name: 'verified, in a domain that this provider does not speak for',
      code: 'admission.email_not_trusted',
      connection: () => sales,
      ...arriving({ email: VICTIM_EMAIL, email_verified: true }),
    },
    {
      name: 'the address in the ID token, and another one verified in userinfo',
      code: 'admission.email_not_trusted',
      token: { claims: { sub: 'mallory-two', email: VICTIM_EMAIL, email_verified: undefined } },
      userinfo: { json: { sub: 'mallory-two', email: 'mallory@evil.example', email_verified: true } },
    },
    {
      name: 'another one verified in the ID token, and the address in userinfo of a connection that reads it there',
      code: 'admission.email_not_trusted',
      token: { claims: { sub: 'mallory-three', email: undefined, email_verified: true } },
      userinfo: { json: { sub: 'mallory-three', email: VICTIM_EMAIL, email_verified: undefined } },
    },
  ]);
  it('the account of the victim is linked to nobody', async () => {
    const { json } = await stage.acme.api.call('GET', `/api/v1/users?email=${encodeURIComponent(VICTIM_EMAIL)}`);
    assert.equal(json.items[0]?.lastSignInAt, null);
    assert.deepEqual(json.items[0]?.links, []);
  });
});

describe('what the provider lets people choose does not choose their account (T98)', () => {
  refuse(here, [
    {
      name: 'a user principal name of somebody else, beside an address of one’s own',
      code: 'admission.email_not_trusted',
      connection: () => byName,
      prepare: async () => void (await addUser({ userPrincipalName: 'boss@acme.example', email: 'boss@acme.example' })),
      ...arriving({ upn: 'boss@acme.example', email: 'mallory@evil.example' }),
    },
  ]);
  refuse(here, [
    {
      name: 'a verified address of one’s own under another name than the one that is read',
      code: 'admission.email_not_trusted',
      connection: () => mapped,
      ...arriving({ preferred_username: VICTIM_EMAIL, email: 'mallory@acme.example', email_verified: true }),
    },
    {
      name: 'a verified address in a domain of nobody’s, beside another in the tenant’s domain',
      code: 'admission.email_not_trusted',
      connection: () => crossed,
      ...arriving({ email: PARTNER_EMAIL, email_verified: true, mail: 'mallory@acme.example' }),
    },
    {
      name: 'a verified address of one’s own, which the account gets, beside the name that finds it',
      code: 'admission.email_not_trusted',
      connection: () => beside,
      ...arriving({ preferred_username: VICTIM_EMAIL, email: 'mallory@acme.example', email_verified: true }),
    },
  ]);
});
