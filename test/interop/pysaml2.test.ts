import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { codeOf } from '#test/agent.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { EXPECTED, furnish, type GatewayUnderTest, POLICY, startGateway, type TenantUnderTest } from './gateway.ts';
import { alice } from './people.ts';
import { claimsOf, signInByHttp } from './person-by-http.ts';
import { startSampleApplication } from './sample-application.ts';
import { type Mood, PYSAML2_ATTRIBUTES, type Pysaml2, startPysaml2 } from './services/pysaml2.ts';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const XENC = 'http://www.w3.org/2001/04/xmlenc#';

let idp: Pysaml2;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let app: RunningApp;

before(async () => {
  idp = await startPysaml2();
  gateway = await startGateway();
  tenant = await gateway.createTenant('pysaml2');
  await furnish(tenant);
  await tenant.api.create('/domains', { name: alice.email.split('@')[1] });
  app = await startSampleApplication(tenant);
});
after(async () => {
  await Promise.all([idp?.stop(), app?.close()]);
  await gateway?.stop();
});

/** The administrator's way: what is fetched from its metadata, and the names of its attributes; nothing else is known of it. */
async function connect(slug: string, mood: Mood, saml: object): Promise<void> {
  await idp.be(mood);
  const { settings } = await tenant.api.create<{ settings: Record<string, unknown> }>('/identity-providers/fetch-configuration', {
    metadataUrl: idp.metadataUrl,
  });
  const { authentication: _, ...policy } = POLICY;
  await tenant.api.create('/identity-providers', {
    ...policy,
    kind: 'saml',
    slug,
    name: `pysaml2 ${slug}`,
    saml: { ...settings, ...saml },
    claims: PYSAML2_ATTRIBUTES,
  });
  await idp.trust(await (await fetch(`${tenant.url}/sso/${slug}/metadata`)).text());
}

interface Case {
  name: string;
  mood?: Mood;
  saml?: object;
  refused?: string;
}

const CASES: readonly Case[] = [
  { name: 'as it is: the Assertion signed by xmlsec1' },
  { name: 'the Response alone is signed', mood: { signAssertion: false, signResponse: true } },
  { name: 'both are signed', mood: { signResponse: true }, saml: { verifySignatureOf: 'both' } },
  { name: 'it demands signed requests, which are posted', mood: { wantSigned: true }, saml: { ssoBinding: 'post' } },
  { name: 'it signs by SHA-384', mood: { signature: `${MORE}rsa-sha384`, digest: `${MORE}sha384` } },
  { name: 'it signs by SHA-512', mood: { signature: `${MORE}rsa-sha512`, digest: `${XENC}sha512` } },
  { name: 'an attribute is a NameID: eduPersonTargetedID', mood: { targetedId: true } },
  {
    name: 'it signs by SHA-1',
    mood: { signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1', digest: 'http://www.w3.org/2000/09/xmldsig#sha1' },
    refused: 'xml.signature_algorithm',
  },
  { name: 'it encrypts as it does by itself, with Triple DES', mood: { encrypt: true }, refused: 'xml.encryption_refused' },
  {
    name: 'it sends a transient name to whoever asked for a lasting one',
    mood: { ignorePolicy: true },
    refused: 'saml.name_id_format_mismatch',
  },
  {
    name: 'it sends a transient name to whoever wants one',
    mood: { ignorePolicy: true },
    saml: { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
  },
];

describe('A person signs in by HTTP through an identity provider made with pysaml2 when', () => {
  for (const [index, { name, mood = {}, saml = {}, refused }] of CASES.entries()) {
    test(name, async () => {
      await connect(`case-${index}`, mood, saml);
      const end = await signInByHttp(app, `case-${index}`);
      if (refused !== undefined) return assert.equal(codeOf(end), refused);
      const { idToken, userinfo } = claimsOf(end);
      assert.equal(idToken['email'], alice.email);
      assert.deepEqual([userinfo['given_name'], userinfo['family_name']], [alice.firstName, alice.lastName]);
      assert.deepEqual([idToken['groups'], idToken['roles']], [EXPECTED.alice.groups, EXPECTED.alice.roles]);
    });
  }
});
