import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import {
  EXPECTED,
  furnish,
  type GatewayUnderTest,
  POLICY,
  readTrace,
  startGateway,
  type TenantUnderTest,
  vouchForDomains,
} from './gateway.ts';
import { alice, bob } from './people.ts';
import { openVisitor, readClaims, readRefusal, signInAtSimpleSamlPhp, type Visitor } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { SAML_ATTRIBUTES, type ServiceProvider, type SimpleSamlPhp, startSimpleSamlPhp } from './services/simplesamlphp.ts';

const NAME_ID = {
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  kerberos: 'urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos',
} as const;

const CONTEXT = {
  /** What SimpleSAMLphp says of a password typed into its form, whatever was asked for. */
  said: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  other: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
} as const;

let idp: SimpleSamlPhp;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let app: RunningApp;
let browser: Browser;
let fetched: Record<string, unknown>;

before(async () => {
  [idp, gateway, browser] = await Promise.all([startSimpleSamlPhp(), startGateway(), openBrowser()]);
  tenant = await gateway.createTenant('acme');
  await furnish(tenant);
  await vouchForDomains(tenant);
  app = await startSampleApplication(tenant);
  fetched = (
    await tenant.api.create<{ settings: Record<string, unknown> }>('/identity-providers/fetch-configuration', {
      metadataUrl: idp.metadataUrl,
    })
  ).settings;
});
after(async () => {
  await Promise.all([app?.close(), browser?.close(), idp?.stop()]);
  await gateway?.stop();
});

/** What differs between two connections: our settings, and SimpleSAMLphp's entry for us. */
interface Case {
  name: string;
  saml?: Record<string, unknown>;
  idp?: Partial<ServiceProvider>;
}

/** Connects SimpleSAMLphp under that slug, both sides by their metadata. */
async function connect(slug: string, { saml = {}, idp: entry = {} }: Omit<Case, 'name'>): Promise<void> {
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    kind: 'saml',
    slug,
    name: `SimpleSAMLphp ${slug}`,
    saml: { ...fetched, verifySignatureOf: 'either', nameIdFormat: NAME_ID.persistent, ...saml },
    claims: { ...SAML_ATTRIBUTES },
    authentication: { ...POLICY.authentication, claim: SAML_ATTRIBUTES.email },
  });
  const metadata = await (await fetch(`${tenant.url}/sso/${slug}/metadata`)).text();
  idp.register({
    entityId: attributeOf(metadata, 'entityID'),
    acsUrl: attributeOf(/<[^<>]*AssertionConsumerService[^<>]*>/.exec(metadata)?.[0] ?? '', 'Location'),
    certificates: { signing: certificateOf(metadata, 'signing'), encryption: certificateOf(metadata, 'encryption') },
    nameId: 'persistent',
    signResponse: true,
    signAssertion: false,
    encryptAssertion: false,
    demandSignedRequest: false,
    ...entry,
  });
}

function attributeOf(xml: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(xml)?.[1] ?? '';
}

function certificateOf(metadata: string, use: string): string | undefined {
  const descriptors = metadata.match(/<[\w:]*KeyDescriptor\b[\s\S]*?<\/[\w:]*KeyDescriptor>/g) ?? [];
  const descriptor = descriptors.find((one) => !/\buse=/.test(one) || attributeOf(one, 'use') === use);
  return /X509Certificate[^<>]*>([^<]+)</.exec(descriptor ?? '')?.[1]?.replace(/\s/g, '');
}

async function arrive(visitor: Visitor, slug: string, person = alice): Promise<void> {
  await visitor.page.goto(`${app.url}/sign-in?idp=${slug}`);
  await signInAtSimpleSamlPhp(visitor, person);
}

async function withVisitor(work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await openVisitor(browser);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}

const SIGN_INS: readonly Case[] = [
  { name: 'the response is signed', saml: { verifySignatureOf: 'response' } },
  {
    name: 'the assertion is signed',
    saml: { verifySignatureOf: 'assertion' },
    idp: { signResponse: false, signAssertion: true },
  },
  { name: 'both are signed', saml: { verifySignatureOf: 'both' }, idp: { signAssertion: true } },
  { name: 'either may be signed', idp: { signResponse: false, signAssertion: true } },
  {
    name: 'the assertion is encrypted (aes128-cbc) in a signed response',
    saml: { verifySignatureOf: 'response' },
    idp: { encryptAssertion: true },
  },
  {
    name: 'the assertion is signed, then encrypted',
    saml: { verifySignatureOf: 'assertion' },
    idp: { signResponse: false, signAssertion: true, encryptAssertion: true },
  },
  {
    name: 'both are signed and the assertion is encrypted',
    saml: { verifySignatureOf: 'both' },
    idp: { signAssertion: true, encryptAssertion: true },
  },
  {
    name: 'a signed request is demanded, by redirect',
    saml: { ssoBinding: 'redirect', signRequests: true },
    idp: { demandSignedRequest: true },
  },
  {
    name: 'a signed request is demanded, by POST',
    saml: { ssoBinding: 'post', signRequests: true },
    idp: { demandSignedRequest: true },
  },
  { name: 'the request is not signed, by redirect', saml: { signRequests: false } },
  { name: 'the request is not signed, by POST', saml: { ssoBinding: 'post', signRequests: false } },
  { name: 'the NameID is an e-mail address', saml: { nameIdFormat: NAME_ID.email }, idp: { nameId: 'email' } },
  { name: 'the NameID is transient', saml: { nameIdFormat: NAME_ID.transient }, idp: { nameId: 'transient' } },
  { name: 'the context that comes was asked for', saml: { requestedAuthnContexts: [CONTEXT.said] } },
  {
    name: 'another context comes, and it was only asked',
    saml: { requestedAuthnContexts: [CONTEXT.other], enforceContext: false },
  },
];

describe('A person signs in to the sample application through SimpleSAMLphp when', () => {
  for (const [index, one] of SIGN_INS.entries()) {
    test(one.name, async () => {
      const slug = `signs-in-${index}`;
      await connect(slug, one);
      await withVisitor(async (visitor) => {
        await arrive(visitor, slug);
        const { idToken, userinfo } = await readClaims(visitor);
        for (const claims of [idToken, userinfo]) {
          assert.equal(claims['email'], alice.email);
          assert.deepEqual(claims['groups'], EXPECTED.alice.groups);
          assert.deepEqual(claims['roles'], EXPECTED.alice.roles);
        }
        assert.equal(userinfo['given_name'], alice.firstName);
        assert.equal(userinfo['family_name'], alice.lastName);
        assert.equal(idToken['iss'], tenant.url);
      });
    });
  }
});

const REFUSALS: readonly (Case & { code: string })[] = [
  {
    name: 'only the assertion is signed where both are wanted',
    saml: { verifySignatureOf: 'both' },
    idp: { signResponse: false, signAssertion: true },
    code: 'saml.signature_missing',
  },
  {
    name: 'only the response is signed where the assertion is wanted',
    saml: { verifySignatureOf: 'assertion' },
    code: 'saml.signature_missing',
  },
  { name: 'nothing is signed', idp: { signResponse: false }, code: 'saml.signature_missing' },
  // Asked for a name that it cannot make, it sends a transient one.
  {
    name: 'another NameID comes than was asked for',
    saml: { nameIdFormat: NAME_ID.kerberos },
    code: 'saml.name_id_format_mismatch',
  },
  {
    name: 'another context comes than was asked for',
    saml: { requestedAuthnContexts: [CONTEXT.other] },
    code: 'saml.authn_context_mismatch',
  },
];

describe('A sign-in through SimpleSAMLphp is refused, and its trace says why, when', () => {
  for (const [index, { code, ...one }] of REFUSALS.entries()) {
    test(one.name, async () => {
      const slug = `refused-${index}`;
      await connect(slug, one);
      await withVisitor(async (visitor) => {
        const refusal = await readRefusal(visitor, () => arrive(visitor, slug));
        assert.equal(refusal.code, code);
        const trace = await readTrace(tenant, refusal.reference);
        assert.equal(trace.code, code);
        assert.equal(trace.trace.at(-1)?.verdict, 'refused');
        await visitor.page.goto(`${app.url}/`);
        assert.equal(await visitor.page.locator('#claims').count(), 0);
      });
    });
  }
});

describe('SimpleSAMLphp', () => {
  test('refuses a request that is not signed where it demands one', async () => {
    await connect('unsigned', { saml: { signRequests: false }, idp: { demandSignedRequest: true } });
    await withVisitor(async ({ page }) => {
      await page.goto(`${app.url}/sign-in?idp=unsigned`);
      assert.ok(page.url().startsWith(`${idp.url}/simplesaml/saml2/idp/SSOService.php?`), page.url());
      assert.equal(await page.locator('input[name=password]').count(), 0);
      assert.match((await page.textContent('body')) ?? '', /no signature found on message/);
    });
  });

  test('is sent signed redirects with upper-case escapes and no spaces, which every provider rebuilds alike', async () => {
    await connect('escapes', { saml: { ssoBinding: 'redirect', signRequests: true }, idp: { demandSignedRequest: true } });
    await withVisitor(async ({ page, journey }) => {
      await page.goto(`${app.url}/sign-in?idp=escapes`);
      const sent = journey.find(({ url }) => url.startsWith(idp.url))?.url ?? '';
      const query = sent.slice(sent.indexOf('?') + 1);
      assert.deepEqual(
        query.split('&').map((field) => field.split('=')[0]),
        ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature'],
      );
      assert.doesNotMatch(query, /%(?![0-9A-F]{2})/);
      assert.doesNotMatch(query, /\+|%20/);
    });
  });

  test('a request by POST carries its fields in the form', async () => {
    await connect('posted', { saml: { ssoBinding: 'post' }, idp: { demandSignedRequest: true } });
    await withVisitor(async ({ page, journey }) => {
      await page.goto(`${app.url}/sign-in?idp=posted`);
      await page.waitForURL((url) => url.origin === idp.url);
      const sent = journey.find(({ url }) => url.startsWith(idp.url));
      assert.equal(sent?.method, 'POST');
      assert.deepEqual([...new URLSearchParams(sent?.body ?? '').keys()].sort(), ['RelayState', 'SAMLRequest']);
    });
  });

  test('knows two people apart, and each again', async () => {
    await connect('people', {});
    const subjects: unknown[] = [];
    for (const person of [alice, bob, alice]) {
      await withVisitor(async (visitor) => {
        await arrive(visitor, 'people', person);
        const { idToken, userinfo } = await readClaims(visitor);
        assert.equal(userinfo['email'], person.email);
        assert.deepEqual(idToken['groups'], EXPECTED[person === alice ? 'alice' : 'bob'].groups);
        subjects.push(idToken['sub']);
      });
    }
    assert.equal(subjects[0], subjects[2]);
    assert.notEqual(subjects[0], subjects[1]);
  });

  test('gives a transient name that changes, and the person stays the same', async () => {
    await connect('fleeting', { saml: { nameIdFormat: NAME_ID.transient }, idp: { nameId: 'transient' } });
    const subjects = new Set<unknown>();
    for (let visit = 0; visit < 2; visit += 1) {
      await withVisitor(async (visitor) => {
        await arrive(visitor, 'fleeting');
        subjects.add((await readClaims(visitor)).idToken['sub']);
      });
    }
    assert.equal(subjects.size, 1);
  });

  test('asks again when the sign-in is forced, though its own session stands', async () => {
    await connect('forced', { saml: { forceAuthn: true } });
    await connect('unforced', {});
    await withVisitor(async (visitor) => {
      await arrive(visitor, 'unforced');
      await readClaims(visitor);
      await visitor.page.context().clearCookies({ name: /sample_app|sallyport/ });
      await visitor.page.goto(`${app.url}/sign-in?idp=forced`);
      await visitor.page.waitForSelector('input[name=password]');
      assert.equal(new URL(visitor.page.url()).origin, idp.url);
    });
  });

  test('an answer that is posted again is refused', async () => {
    await connect('again', {});
    await withVisitor(async (visitor) => {
      await arrive(visitor, 'again');
      await readClaims(visitor);
      const posted = visitor.journey.find(({ method, url }) => method === 'POST' && url.includes('/sso/again/acs'));
      const second = await visitor.page.request.post(posted?.url ?? '', {
        form: Object.fromEntries(new URLSearchParams(posted?.body ?? '')),
        maxRedirects: 0,
      });
      assert.equal(second.status(), 400);
      assert.match(await second.text(), /sign_in\.attempt_taken/);
    });
  });
});
