import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../../kit/agent.ts';
import type { OidcIdp } from '../../kit/oidc/index.ts';
import {
  ALICE,
  type OidcConnection,
  openScene,
  type SamlConnection,
  type Scene,
  signInByOidc,
  signInBySaml,
  type TestTenant,
} from '../../kit/scene.ts';
import { refused, signsIn } from '../oracles.ts';
import { acmeIdp } from '../saml/stage.ts';

const VICTIM = 'ceo@acme.example';

/** What an administrator might write down, and what of it somebody at the provider could make of themselves. */
interface Row {
  name: string;
  mapping: unknown;
  /** What the provider says of whoever comes. */
  claims: Record<string, unknown>;
}

const made: Row[] = [
  { name: 'a default', mapping: { claim: 'mail', default: VICTIM }, claims: {} },
  { name: 'a default where the claim comes empty', mapping: { claim: 'mail', default: VICTIM }, claims: { mail: '' } },
  {
    name: 'a name and a domain of the tenant’s',
    mapping: { join: [{ claim: 'nick' }, { text: '@acme.example' }] },
    claims: { nick: 'ceo' },
  },
  {
    name: 'parts of two claims',
    mapping: { join: [{ claim: 'nick' }, { claim: 'host' }] },
    claims: { nick: 'ceo', host: '@acme.example' },
  },
  {
    name: 'another domain put in its place',
    mapping: { claim: 'mail', steps: [{ match: '@.*$', with: '@acme.example' }] },
    claims: { mail: 'ceo@evil.example' },
  },
  {
    name: 'the same, by text',
    mapping: { claim: 'mail', steps: [{ replace: 'evil', with: 'acme' }] },
    claims: { mail: 'ceo@evil.example' },
  },
  {
    name: 'an address cut out of a longer one',
    mapping: { claim: 'mail', steps: [{ match: '[a-z]+@acme\\.example', take: 0 }] },
    claims: { mail: 'x+ceo@acme.example.evil.example' },
  },
  {
    name: 'a suffix taken off',
    mapping: { claim: 'mail', steps: [{ removeSuffix: '.evil.example' }] },
    claims: { mail: `${VICTIM}.evil.example` },
  },
  {
    name: 'a prefix taken off',
    mapping: { claim: 'mail', steps: [{ removePrefix: 'evil.' }] },
    claims: { mail: `evil.${VICTIM}` },
  },
  {
    name: 'a part of a list in a text',
    mapping: { claim: 'mail', steps: [{ split: ';' }, { first: true }] },
    claims: { mail: `${VICTIM};mallory@evil.example` },
  },
  { name: 'a JSON text', mapping: { claim: 'mail', steps: [{ parseJson: true }] }, claims: { mail: JSON.stringify([VICTIM]) } },
  {
    name: 'a value translated',
    mapping: { claim: 'mail', steps: [{ values: { 'mallory@evil.example': VICTIM } }] },
    claims: { mail: 'mallory@evil.example' },
  },
  {
    name: 'another value than the first',
    mapping: { claim: 'mail', steps: [{ match: 'acme' }] },
    claims: { mail: ['mallory@evil.example', VICTIM] },
  },
  {
    name: 'a letter of another alphabet in lower case (CVE-2019-19844)',
    mapping: { claim: 'mail', steps: [{ lowerCase: true }] },
    claims: { mail: '\u212aing@acme.example' },
  },
  {
    name: 'a letter of another alphabet in upper case',
    mapping: { claim: 'mail', steps: [{ upperCase: true }, { lowerCase: true }] },
    claims: { mail: 'ki\u017fs@acme.example' },
  },
];

let scene: Scene;
let acme: TestTenant;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  for (const email of [VICTIM, 'king@acme.example', 'kiss@acme.example']) {
    const { status } = await acme.api.call('POST', '/api/v1/users', { email, emailVerified: true });
    assert.equal(status, 201);
  }
});
after(() => scene.close());

const identifiedBy = (mapping: unknown) => ({
  claims: { email: mapping },
  // A default does not identify anybody: it is refused when it is saved, and only the account's address may have one.
  authentication: {
    enabled: true,
    default: false,
    domains: [],
    userAttribute: 'email',
    claim: typeof mapping === 'object' && mapping !== null ? { ...mapping, default: undefined } : mapping,
  },
});

/** An account that has the address but was found by nothing else: it must stay who it was. */
async function holds(email: string): Promise<unknown> {
  const { json } = await acme.api.call('GET', `/api/v1/users?email=${encodeURIComponent(email)}`);
  return [json.items[0]?.lastSignInAt, json.items[0]?.links];
}

describe('an address that a mapping made is nobody’s word: OpenID Connect (T98, T145)', () => {
  let idp: OidcIdp;
  let count = 0;
  before(async () => {
    idp = await scene.startOidcIdp();
  });

  const arrive = async (connection: OidcConnection, claims: Record<string, unknown>) => {
    idp.person = { sub: `mallory-${count}`, email: 'mallory@acme.example', email_verified: true, ...claims };
    const agent = new Agent();
    return { agent, ...(await signInByOidc(agent, acme, connection)) };
  };
  const connect = (mapping: unknown): Promise<OidcConnection> => {
    count += 1;
    return acme.connectOidc(idp, { slug: `oidc-${count}`, name: `OIDC ${count}`, ...identifiedBy(mapping) });
  };

  it('the valid control: the verified address itself, in other letters and between spaces', async () => {
    const { json } = await acme.api.call('POST', '/api/v1/users', { email: 'dora@acme.example' });
    const connection = await connect({ claim: 'email', steps: [{ trim: true }, { lowerCase: true }] });
    const { agent, ...arrival } = await arrive(connection, { email: ' Dora@ACME.example ', email_verified: true });
    assert.equal((await signsIn({ tenant: acme, agent }, arrival))['sub'], json.id);
  });

  for (const { name, mapping, claims } of made) {
    it(`${name}: no account is found by it, and none is given it`, async () => {
      const before = await holds(VICTIM);
      const connection = await connect(mapping);
      const agent = new Agent();
      const code = 'default' in Object(mapping) ? 'admission.claim_missing' : 'admission.email_not_trusted';
      idp.person = { sub: `mallory-${count}`, email: 'mallory@acme.example', email_verified: true, ...claims };
      await refused({ tenant: acme, agent }, { code }, async () => (await signInByOidc(agent, acme, connection)).arrived);
      assert.deepEqual(await holds(VICTIM), before);
    });
  }

  for (const [name, mapping] of [
    ['the address of another claim, lower-cased', { claim: 'preferred_username', steps: [{ lowerCase: true }] }],
    ['the first of several', { firstOf: ['preferred_username', 'email'] }],
  ] as const) {
    it(`${name}: email_verified speaks of the claim email alone`, async () => {
      const connection = await connect(mapping);
      const { arrived } = await arrive(connection, { preferred_username: VICTIM, email_verified: true });
      assert.equal(codeOf(arrived), 'admission.email_not_trusted');
    });
  }

  it('an account that is made with a default for its address has none that is verified', async () => {
    const connection = await acme.connectOidc(idp, {
      slug: 'default-address',
      name: 'Default',
      claims: { email: { claim: 'mail', default: 'free@acme.example' }, userId: 'sub' },
      authentication: { enabled: true, default: false, domains: [], userAttribute: 'userId', claim: 'sub' },
    });
    const { agent, ...arrival } = await arrive(connection, { sub: 'somebody-new' });
    const claims = await signsIn({ tenant: acme, agent }, arrival);
    assert.deepEqual([claims['email'], claims['email_verified']], ['free@acme.example', false]);
  });
});

describe('an address that a mapping made is nobody’s word: SAML, where the tenant’s domain counts', () => {
  const idp = acmeIdp();
  let saml: SamlConnection;
  let count = 0;
  const connect = (mapping: unknown): Promise<SamlConnection> => {
    count += 1;
    return acme.connectSaml(idp, { slug: `saml-${count}`, name: `SAML ${count}`, ...identifiedBy(mapping) });
  };
  const attributesOf = (claims: Record<string, unknown>) => ({ ...ALICE, email: 'mallory@evil.example', ...claims });

  before(async () => {
    saml = await connect({ firstOf: ['mail', 'email'], steps: [{ trim: true }, { lowerCase: true }] });
  });

  it('the valid control: the whole value of an attribute, case and space around it aside', async () => {
    const { json } = await acme.api.call('POST', '/api/v1/users', { email: 'emil@acme.example' });
    const agent = new Agent();
    const arrival = await signInBySaml(agent, acme, saml, {
      nameId: 'emil',
      attributes: attributesOf({ mail: 'Emil@Acme.Example' }),
    });
    assert.equal((await signsIn({ tenant: acme, agent }, arrival))['sub'], json.id);
  });

  for (const { name, mapping, claims } of made) {
    it(`${name}: no account is found by it`, async () => {
      const before = await holds(VICTIM);
      const connection = await connect(mapping);
      const agent = new Agent();
      const code = 'default' in Object(mapping) ? 'admission.claim_missing' : 'admission.email_not_trusted';
      await refused({ tenant: acme, agent }, { code }, async () => {
        const { arrived } = await signInBySaml(agent, acme, connection, {
          nameId: `mallory-${count}`,
          attributes: attributesOf(claims),
        });
        return arrived;
      });
      assert.deepEqual(await holds(VICTIM), before);
    });
  }

  it('a default address vouches for no other attribute that identifies', async () => {
    const { status } = await acme.api.call('POST', '/api/v1/users', { userPrincipalName: 'boss', email: 'boss@acme.example' });
    assert.equal(status, 201);
    const connection = await acme.connectSaml(idp, {
      slug: 'by-name',
      name: 'By name',
      claims: { email: { claim: 'mail', default: 'anybody@acme.example' } },
      authentication: { enabled: true, default: false, domains: [], userAttribute: 'userPrincipalName', claim: 'upn' },
    });
    const agent = new Agent();
    await refused({ tenant: acme, agent }, { code: 'admission.email_not_trusted' }, async () => {
      const { arrived } = await signInBySaml(agent, acme, connection, {
        nameId: 'mallory-by-name',
        attributes: attributesOf({ upn: 'boss' }),
      });
      return arrived;
    });
  });

  it('an account that is made with a default for its address has none that is verified', async () => {
    const connection = await acme.connectSaml(idp, {
      slug: 'default-address-saml',
      name: 'Default',
      claims: { email: { claim: 'mail', default: 'vacant@acme.example' }, userId: 'uid' },
      authentication: { enabled: true, default: false, domains: [], userAttribute: 'userId', claim: 'uid' },
    });
    const agent = new Agent();
    const arrival = await signInBySaml(agent, acme, connection, {
      nameId: 'new-one',
      attributes: attributesOf({ uid: 'new-one' }),
    });
    const claims = await signsIn({ tenant: acme, agent }, arrival);
    assert.deepEqual([claims['email'], claims['email_verified']], ['vacant@acme.example', false]);
  });
});
