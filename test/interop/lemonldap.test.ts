import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { codeOf } from '#test/agent.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { EXPECTED, furnish, type GatewayUnderTest, POLICY, readTrace, startGateway, type TenantUnderTest } from './gateway.ts';
import { type AtPage, claimsOf, signInByHttp } from './person-by-http.ts';
import { startSampleApplication } from './sample-application.ts';
import { doctor, type LemonLdap, startLemonLdap } from './services/lemonldap.ts';

let lemon: LemonLdap;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let app: RunningApp;

type Options = Record<string, string | number>;

interface Case {
  name: string;
  /** What its manager is told about us, beyond the rest. */
  there?: Options;
  /** What our administrator sets, beyond what was fetched. */
  here?: Record<string, unknown>;
  /** The code of the refusal; let in where there is none. */
  refused?: string;
}

const SAML_CASES: readonly Case[] = [
  { name: 'as it is set up: requests signed and demanded so, Response and Assertion signed by Lasso' },
  { name: 'the request is posted', here: { ssoBinding: 'post' } },
  { name: 'the Assertion alone is signed', there: { SignSSOMessage: 0 } },
  { name: 'both signatures are demanded', here: { verifySignatureOf: 'both' } },
  { name: 'the Assertion is encrypted for us', there: { EncryptionMode: 'assertion' } },
  { name: 'it signs by RSA-SHA512', there: { SignatureMethod: 'RSA_SHA512' } },
  { name: 'a new sign-in is demanded', here: { forceAuthn: true } },
  { name: 'no NameID format is asked for', here: { preferredNameIdFormat: null } },
  { name: 'it signs by RSA-SHA1', there: { SignatureMethod: 'RSA_SHA1' }, refused: 'xml.signature_algorithm' },
];

const OIDC_CASES: readonly Case[] = [
  { name: 'as it is set up: the secret in the header, RS256' },
  { name: 'the secret is in the form', here: { clientAuthentication: 'client_secret_post' } },
  { name: 'ID tokens are signed RS512', there: { IDTokenSignAlg: 'RS512' } },
  { name: 'PKCE is demanded', there: { RequirePKCE: 1 } },
  { name: 'we are a public client', there: { Public: 1 }, here: { clientAuthentication: 'none', clientSecret: null } },
  {
    name: 'ID tokens are signed with the secret that we share',
    there: { IDTokenSignAlg: 'HS256' },
    refused: 'oidc.algorithm_refused',
  },
  // OpenID Connect Core §5.3.2 wants iss and aud in a signed answer; version 2.16 sends neither.
  { name: 'userinfo is signed, and says not by whom', there: { UserInfoSignAlg: 'RS256' }, refused: 'oidc.issuer_mismatch' },
];

const secretOf = (slug: string): string => `secret-of-${slug}-0123456789`;

before(async () => {
  lemon = await startLemonLdap();
  gateway = await startGateway();
  tenant = await gateway.createTenant('lemon');
  await furnish(tenant);
  await tenant.api.create('/domains', { name: doctor.email.split('@')[1] });
  app = await startSampleApplication(tenant);
  const saml = await Promise.all(SAML_CASES.map((one, index) => connectSaml(`saml-${index}`, one)));
  const oidc = await Promise.all(OIDC_CASES.map((one, index) => connectOidc(`oidc-${index}`, one)));
  await lemon.trust({ saml, oidc });
});
after(async () => {
  await Promise.all([lemon?.stop(), app?.close()]);
  await gateway?.stop();
});

type Fetched = { settings: Record<string, unknown> };

async function connectSaml(slug: string, { name, there: options = {}, here }: Case) {
  const { settings } = await tenant.api.create<Fetched>('/identity-providers/fetch-configuration', {
    metadataUrl: lemon.samlMetadataUrl,
  });
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    authentication: undefined,
    kind: 'saml',
    slug,
    name,
    saml: { ...settings, ...here },
    claims: { email: 'mail', userId: 'uid', firstName: 'cn', groups: 'groups' },
  });
  const metadata = await (await fetch(`${tenant.url}/sso/${slug}/metadata`)).text();
  return { name: slug, metadata, options };
}

async function connectOidc(slug: string, { name, there: options = {}, here }: Case) {
  const { settings } = await tenant.api.create<Fetched>('/identity-providers/fetch-configuration', { issuer: lemon.issuer });
  const secret = secretOf(slug);
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    kind: 'oidc',
    slug,
    name,
    oidc: { ...settings, clientId: slug, clientSecret: secret, ...here },
    claims: { email: 'email', userId: 'sub', firstName: 'name', groups: 'groups' },
  });
  return { name: slug, secret, redirectUri: `${tenant.url}/sso/${slug}/callback`, options };
}

/** Its login page; where one more form stands between, it only says where the way leads. */
const atPortal: AtPage = (forms) => {
  const login = forms.find(({ fields }) => 'user' in fields && 'password' in fields);
  return login && { ...login, fields: { ...login.fields, user: doctor.name, password: doctor.password } };
};

function play(protocol: 'saml' | 'oidc', cases: readonly Case[]): void {
  for (const [index, { name, refused }] of cases.entries()) {
    test(name, async () => {
      const end = await signInByHttp(app, `${protocol}-${index}`, atPortal);
      if (refused !== undefined) {
        assert.equal(codeOf(end), refused);
        const { items } = await tenant.api.get<{ items: { reference: string }[] }>('/sign-ins?limit=1');
        const { code, trace } = await readTrace(tenant, items[0]?.reference ?? '');
        assert.deepEqual([code, trace.at(-1)?.code], [refused, refused]);
        return;
      }
      const { idToken, userinfo } = claimsOf(end);
      assert.equal(idToken['email'], doctor.email);
      assert.equal(userinfo['given_name'], doctor.displayName);
      assert.deepEqual(idToken['groups'], EXPECTED.alice.groups);
      assert.equal(idToken['iss'], tenant.url);
    });
  }
}

describe('A person signs in by HTTP through LemonLDAP::NG as SAML identity provider when', () => play('saml', SAML_CASES));
describe('A person signs in by HTTP through LemonLDAP::NG as OpenID Provider when', () => play('oidc', OIDC_CASES));
