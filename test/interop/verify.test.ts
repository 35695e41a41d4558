import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { GatewayRefused } from '../../sandbox/gateway-api.ts';
import type { TestReport, Ticket } from '../verify/kit.ts';
import { EXPECTED, furnish, type GatewayUnderTest, POLICY, startGateway, type TenantUnderTest } from './gateway.ts';
import { alice } from './people.ts';
import { openVisitor, readClaims, signInAtGlewlwyd, signInAtSimpleSamlPhp, type Visitor } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { type Algorithm, type Glewlwyd, startGlewlwyd } from './services/glewlwyd.ts';
import { SAML_ATTRIBUTES, type ServiceProvider, type SimpleSamlPhp, startSimpleSamlPhp } from './services/simplesamlphp.ts';

let simpleSamlPhp: SimpleSamlPhp;
let glewlwyd: Glewlwyd;
let gateway: GatewayUnderTest;
let browser: Browser;
const apps: RunningApp[] = [];

before(async () => {
  [simpleSamlPhp, glewlwyd, gateway, browser] = await Promise.all([
    startSimpleSamlPhp(),
    startGlewlwyd(),
    startGateway(),
    openBrowser(),
  ]);
});
after(async () => {
  await Promise.all([browser?.close(), simpleSamlPhp?.stop(), glewlwyd?.stop(), ...apps.map((app) => app.close())]);
  await gateway?.stop();
});

/** A provider that nobody can sign in through yet, and the way of a person through its own pages. */
interface Draft {
  tenant: TenantUnderTest;
  app: RunningApp;
  id: string;
  slug: string;
  enter(visitor: Visitor): Promise<void>;
}

interface Document {
  id: string;
  slug: string;
  enabled: boolean;
  revision: number;
  saml: { spEntityId: string; acsUrl: string };
  staged?: { revision: number } | null;
}

/** A tenant of its own: nobody whom another row has made is found in this one. */
async function openTenant(name: string): Promise<Pick<Draft, 'tenant' | 'app'>> {
  const tenant = await gateway.createTenant(name);
  await furnish(tenant);
  const app = await startSampleApplication(tenant);
  apps.push(app);
  return { tenant, app };
}

/** From its metadata address and the preset; registered there as our draft says it is to be. */
async function draftSaml(slug: string, verifySignatureOf: string, entry: Partial<ServiceProvider>): Promise<Draft> {
  const { tenant, app } = await openTenant(`saml-${slug}`);
  const { enabled: _, ...policy } = POLICY;
  const made = await tenant.api.create<Document>('/identity-providers', {
    ...policy,
    kind: 'saml',
    preset: 'generic-saml',
    slug,
    name: `SimpleSAMLphp ${slug}`,
    saml: { metadataUrl: simpleSamlPhp.metadataUrl, verifySignatureOf },
    claims: { ...SAML_ATTRIBUTES },
    authentication: { ...POLICY.authentication, claim: SAML_ATTRIBUTES.email },
  });
  const keys = await tenant.api.list<{ use: string; certificate: string }>(`/identity-providers/${made.id}/keys`);
  const certificateOf = (use: string): string =>
    (keys.find((key) => key.use === use)?.certificate ?? '').replace(/-----[^-]+-----|\s/g, '');
  simpleSamlPhp.register({
    entityId: made.saml.spEntityId,
    acsUrl: made.saml.acsUrl,
    certificates: { signing: certificateOf('signing'), encryption: certificateOf('decryption') },
    nameId: 'persistent',
    signResponse: true,
    signAssertion: true,
    encryptAssertion: false,
    demandSignedRequest: false,
    ...entry,
  });
  assert.equal(made.enabled, false);
  return { tenant, app, id: made.id, slug, enter: (visitor) => signInAtSimpleSamlPhp(visitor, alice) };
}

/** From its issuer and the preset; the claims are those that the preset reads, but for what Glewlwyd names otherwise. */
async function draftOidc(slug: string, algorithm: Algorithm): Promise<Draft> {
  const { tenant, app } = await openTenant(`oidc-${slug}`);
  const [clientId, clientSecret] = [`verify-${slug}`, `secret-of-${slug}-0123456789`];
  await glewlwyd.register({ id: clientId, secret: clientSecret, redirectUri: `${tenant.url}/sso/${slug}/callback` });
  const { enabled: _, ...policy } = POLICY;
  const made = await tenant.api.create<Document>('/identity-providers', {
    ...policy,
    kind: 'oidc',
    preset: 'generic-oidc',
    slug,
    name: `Glewlwyd ${slug}`,
    oidc: {
      issuer: glewlwyd.issuerOf(algorithm),
      clientId,
      clientSecret,
      clientAuthentication: 'client_secret_basic',
      scopes: ['openid', 'profile', 'email', 'phone', 'groups'],
    },
    claims: { groups: 'groups', roles: 'roles' },
  });
  assert.equal(made.enabled, false);
  return { tenant, app, id: made.id, slug, enter: (visitor) => signInAtGlewlwyd(visitor, alice) };
}

async function asVisitor(work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await openVisitor(browser);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}

/** What the person who tests sees at the end, and what the API tells of it. */
async function verify({ tenant, id, slug, enter }: Draft): Promise<{ heading: string; report: TestReport }> {
  const path = `/identity-providers/${id}/verify`;
  const ticket = await tenant.api.create<Ticket>(path, {});
  let heading = '';
  await asVisitor(async (visitor) => {
    await visitor.page.goto(ticket.url);
    await enter(visitor);
    await visitor.page.waitForURL(`${tenant.url}/sso/${slug}/verify/${ticket.id}`);
    heading = (await visitor.page.locator('h1').textContent()) ?? '';
    await visitor.page.goto(`${tenant.url}/sign-in`);
    assert.equal(await visitor.page.getByText(alice.email).count(), 0, 'whoever tests is not signed in');
  });
  return { heading, report: await tenant.api.get<TestReport>(`${path}/${ticket.id}`) };
}

async function signIn({ app, slug, enter }: Draft): Promise<void> {
  await asVisitor(async (visitor) => {
    await visitor.page.goto(`${app.url}/sign-in?idp=${slug}`);
    await enter(visitor);
    const { idToken, userinfo } = await readClaims(visitor);
    for (const claims of [idToken, userinfo]) {
      assert.equal(claims['email'], alice.email);
      assert.deepEqual(claims['groups'], EXPECTED.alice.groups);
      assert.deepEqual(claims['roles'], EXPECTED.alice.roles);
    }
  });
}

const namesOf = (held: readonly { name: string }[] | undefined): string[] => (held ?? []).map(({ name }) => name).sort();

function assertPassed({ heading, report }: Awaited<ReturnType<typeof verify>>): void {
  assert.deepEqual([report.state, report.summary.code], ['passed', null], JSON.stringify(report.summary));
  assert.equal(heading, 'Passed: it may be switched on');
}

/** A refusal of the API by its code: what was passed on, or undefined. */
async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  const fault = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return fault instanceof GatewayRefused ? fault.code : undefined;
}

/** The whole way of an administrator: draft, refused without a test, Verify, switched on, people come. */
async function connectByVerify(draft: Draft): Promise<void> {
  const { tenant, id } = draft;
  const path = `/identity-providers/${id}`;
  assert.equal(await codeOf(tenant.api.change(path, { enabled: true })), 'upstream.not_verified');
  const { heading, report } = await verify(draft);
  assertPassed({ heading, report });
  assert.equal(report.person?.outcome, 'created');
  assert.deepEqual(namesOf(report.groups?.added), EXPECTED.alice.groups);
  assert.deepEqual(namesOf(report.roles?.added), EXPECTED.alice.roles);
  assert.deepEqual(report.tokens?.idToken['groups'], EXPECTED.alice.groups);
  assert.deepEqual(await tenant.api.list('/users'), [], 'nobody was made');
  const { enabled, revision } = await tenant.api.change<Document>(path, { enabled: true });
  assert.deepEqual([enabled, revision > 0], [true, true]);
  await signIn(draft);
  assert.equal((await tenant.api.list('/users')).length, 1);
}

/** Switched on, for whoever goes on from there. */
const connected = new Map<string, Draft>();

const SAML: readonly { slug: string; policy: string; entry: Partial<ServiceProvider> }[] = [
  { slug: 'response', policy: 'response', entry: { signAssertion: false } },
  { slug: 'assertion', policy: 'assertion', entry: { signResponse: false } },
  { slug: 'both', policy: 'both', entry: {} },
  { slug: 'both-encrypted', policy: 'both', entry: { encryptAssertion: true } },
];

describe('SimpleSAMLphp passes Verify as a draft, is switched on without an override, and people sign in', () => {
  for (const { slug, policy, entry } of SAML)
    test(`verifySignatureOf: ${policy} (${slug})`, async () => {
      const draft = await draftSaml(slug, policy, entry);
      await connectByVerify(draft);
      connected.set(slug, draft);
    });
});

describe('Glewlwyd passes Verify as a draft, is switched on without an override, and people sign in', () => {
  for (const algorithm of ['ES256', 'RS256'] as const)
    test(`ID tokens signed ${algorithm}`, async () => connectByVerify(await draftOidc(algorithm.toLowerCase(), algorithm)));
});

describe('A staged change goes live by Verify', () => {
  const OTHER = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

  test('one that the provider does not meet fails, and people go on signing in; the next one passes and is activated', async () => {
    const draft = connected.get('both-encrypted');
    assert.ok(draft, 'it was not switched on');
    const path = `/identity-providers/${draft.id}`;
    const stage = async (patch: object): Promise<number> => {
      const { staged } = await draft.tenant.api.change<Document>(path, patch);
      assert.ok(staged, 'it was not staged');
      return staged.revision;
    };
    const activate = (revision: number): Promise<Document> =>
      draft.tenant.api.create<Document>(`${path}/revisions/${revision}/activate`, {});
    const email = { claim: SAML_ATTRIBUTES.email, steps: [{ trim: true }, { lowerCase: true }] };
    const first = await stage({ claims: { email }, saml: { requestedAuthnContexts: [OTHER] } });
    const { heading, report } = await verify(draft);
    assert.deepEqual([report.revision, report.summary.code], [first, 'saml.authn_context_mismatch']);
    assert.notEqual(heading, 'Passed: it may be switched on');
    assert.equal(await codeOf(activate(first)), 'upstream.not_verified');
    await signIn(draft);
    const second = await stage({ saml: { requestedAuthnContexts: ['urn:oasis:names:tc:SAML:2.0:ac:classes:Password'] } });
    const again = await verify(draft);
    assertPassed(again);
    assert.deepEqual([again.report.revision, again.report.person?.outcome], [second, 'known']);
    assert.equal((await activate(second)).staged ?? null, null);
    await signIn(draft);
  });
});
