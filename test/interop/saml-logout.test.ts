import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { furnish, type GatewayUnderTest, POLICY, startGateway, type TenantUnderTest, vouchForDomains } from './gateway.ts';
import { alice } from './people.ts';
import { openVisitor, readClaims, signInAtSimpleSamlPhp, type Visitor } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { SAML_ATTRIBUTES, type SimpleSamlPhp, startSimpleSamlPhp } from './services/simplesamlphp.ts';

const BINDINGS = { redirect: 'HTTP-Redirect', post: 'HTTP-POST' } as const;
type Binding = keyof typeof BINDINGS;

let idp: SimpleSamlPhp;
let gateway: GatewayUnderTest;
let tenant: TenantUnderTest;
let app: RunningApp;
let browser: Browser;

before(async () => {
  [idp, gateway, browser] = await Promise.all([startSimpleSamlPhp(), startGateway(), openBrowser()]);
  tenant = await gateway.createTenant('acme');
  await furnish(tenant);
  await vouchForDomains(tenant);
  app = await startSampleApplication(tenant);
});
after(async () => {
  await Promise.all([app?.close(), browser?.close(), idp?.stop()]);
  await gateway?.stop();
});

/** Both sides by their metadata, single logout demanded to be signed. */
async function connect(slug: Binding): Promise<void> {
  const { settings } = await tenant.api.create<{ settings: Record<string, unknown> }>('/identity-providers/fetch-configuration', {
    metadataUrl: idp.metadataUrl,
  });
  assert.match(String(settings['sloUrl']), /SingleLogoutService\.php$/, 'the metadata tells where');
  await tenant.api.create('/identity-providers', {
    ...POLICY,
    kind: 'saml',
    slug,
    name: `SimpleSAMLphp ${slug}`,
    saml: { ...settings, sloBinding: slug, nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
    claims: { ...SAML_ATTRIBUTES },
    authentication: { ...POLICY.authentication, claim: SAML_ATTRIBUTES.email },
  });
  const metadata = await (await fetch(`${tenant.url}/sso/${slug}/metadata`)).text();
  const services = metadata.match(/<md:SingleLogoutService [^>]*>/g) ?? [];
  const ours = services.find((one) => one.includes(BINDINGS[slug])) ?? '';
  idp.register({
    entityId: attributeOf(metadata, 'entityID'),
    acsUrl: attributeOf(/<md:AssertionConsumerService [^>]*>/.exec(metadata)?.[0] ?? '', 'Location'),
    certificates: { signing: /use="signing".*?X509Certificate>([^<]+)</s.exec(metadata)?.[1] ?? '' },
    nameId: 'persistent',
    signResponse: true,
    signAssertion: false,
    encryptAssertion: false,
    demandSignedRequest: false,
    logout: { url: attributeOf(ours, 'Location'), binding: BINDINGS[slug] },
  });
}

const attributeOf = (xml: string, name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(xml)?.[1] ?? '';

async function withVisitor(work: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await openVisitor(browser);
  try {
    await work(visitor);
  } finally {
    await visitor.leave();
  }
}

async function arrive(visitor: Visitor, slug: Binding): Promise<void> {
  await visitor.page.goto(`${app.url}/sign-in?idp=${slug}`);
  await signInAtSimpleSamlPhp(visitor, alice);
  assert.equal((await readClaims(visitor)).userinfo['email'], alice.email);
}

/** Whether the gateway, and whether SimpleSAMLphp, still knows who sits there. */
async function knows({ page }: Visitor, slug: Binding): Promise<{ here: boolean; there: boolean }> {
  await page.goto(`${tenant.url}/sign-in/done`);
  const here = page.url().endsWith('/sign-in/done');
  await page.goto(`${tenant.url}/sso/${slug}/start`);
  const there = (await page.locator('input[name=password]').count()) === 0;
  return { here, there };
}

for (const slug of ['redirect', 'post'] as const) {
  describe(`Single logout with SimpleSAMLphp, by ${slug}`, () => {
    before(() => connect(slug));

    test('who signs out here is signed out there as well, and comes back', async () => {
      await withVisitor(async (visitor) => {
        await arrive(visitor, slug);
        await visitor.page.goto(`${tenant.url}/sign-out`);
        await visitor.page.getByRole('button', { name: 'Sign out' }).click();
        await visitor.page.waitForURL(`${tenant.url}/sign-out/done`);
        assert.match((await visitor.page.textContent('h1')) ?? '', /You are signed out/);
        assert.deepEqual(await knows(visitor, slug), { here: false, there: false });
      });
    });

    test('who signs out there is signed out here', async () => {
      await withVisitor(async (visitor) => {
        await arrive(visitor, slug);
        const back = `${idp.url}/simplesaml/logout.php`;
        await visitor.page.goto(`${idp.url}/simplesaml/saml2/idp/initSLO.php?RelayState=${encodeURIComponent(back)}`);
        await visitor.page.waitForURL((url) => url.href.startsWith(back));
        assert.deepEqual(await knows(visitor, slug), { here: false, there: false });
        const [last] = await tenant.api.list<{ outcome: string }>('/sign-ins?purpose=sign-out');
        assert.equal(last?.outcome, 'signed-out');
      });
    });
  });
}
