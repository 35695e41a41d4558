import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser } from '#test/browser/index.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import { furnish, type GatewayUnderTest, POLICY, startGateway, type TenantUnderTest, vouchForDomains } from './gateway.ts';
import { alice, bob } from './people.ts';
import { openVisitor, readClaims, signInAtSimpleSamlPhp } from './person-at-the-browser.ts';
import { startSampleApplication } from './sample-application.ts';
import { SAML_ATTRIBUTES, type ServiceProvider, type SimpleSamlPhp, startSimpleSamlPhp } from './services/simplesamlphp.ts';

/** Sign-ins of one test, and how many people are on their way at once. */
const SIGN_INS = 9;
const AT_ONCE = 3;

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

interface Key {
  id: string;
  use: string;
  state: string;
  certificate: string;
}
interface Connected {
  id: string;
  saml: { spEntityId: string; acsUrl: string; verificationCertificates: string[] };
}

/** Connects SimpleSAMLphp by its metadata address alone, and registers us there. */
async function connect(slug: string, entry: Partial<ServiceProvider> = {}): Promise<Connected> {
  const connected = await tenant.api.create<Connected>('/identity-providers', {
    ...POLICY,
    kind: 'saml',
    slug,
    name: `SimpleSAMLphp ${slug}`,
    saml: { metadataUrl: idp.metadataUrl, verifySignatureOf: 'both', signRequests: true },
    claims: { ...SAML_ATTRIBUTES },
    authentication: { ...POLICY.authentication, claim: SAML_ATTRIBUTES.email },
  });
  await register(connected, entry);
  return connected;
}

const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');
const keysOf = ({ id }: Connected): Promise<Key[]> => tenant.api.list<Key>(`/identity-providers/${id}/keys`);

/** As our metadata says now: SimpleSAMLphp's administrator takes over one key of each use. */
async function register(connected: Connected, entry: Partial<ServiceProvider> = {}, state = 'active'): Promise<void> {
  const keys = await keysOf(connected);
  const certificateOf = (use: string): string =>
    bare((keys.find((key) => key.use === use && key.state === state) ?? keys.find((key) => key.use === use))?.certificate ?? '');
  idp.register({
    entityId: connected.saml.spEntityId,
    acsUrl: connected.saml.acsUrl,
    certificates: { signing: certificateOf('signing'), encryption: certificateOf('decryption') },
    nameId: 'persistent',
    signResponse: true,
    signAssertion: true,
    encryptAssertion: false,
    demandSignedRequest: true,
    ...entry,
  });
}

async function signIn(slug: string, at: number): Promise<void> {
  const person = at % 2 === 0 ? alice : bob;
  const visitor = await openVisitor(browser);
  try {
    await visitor.page.goto(`${app.url}/sign-in?idp=${slug}`);
    await signInAtSimpleSamlPhp(visitor, person);
    const { userinfo } = await readClaims(visitor);
    assert.equal(userinfo['email'], person.email);
  } finally {
    await visitor.leave();
  }
}

/** People side by side; `between` is done when so many have arrived, while others are on their way. */
async function underLoad(slug: string, between: Readonly<Record<number, () => unknown>>): Promise<void> {
  let [begun, ended] = [0, 0];
  let steps: Promise<unknown> = Promise.resolve();
  const work = async (): Promise<void> => {
    while (begun < SIGN_INS) {
      const at = begun;
      begun += 1;
      await signIn(slug, at);
      ended += 1;
      const step = between[ended];
      if (step) await (steps = steps.then(step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.equal(ended, SIGN_INS);
}

const certificatesOf = async ({ id }: Connected): Promise<number> =>
  (await tenant.api.get<Connected>(`/identity-providers/${id}`)).saml.verificationCertificates.length;

describe('SimpleSAMLphp rolls its signing key over while people sign in, and nobody is refused', () => {
  test('its metadata had both certificates when it was connected', async () => {
    idp.roll('both');
    const connected = await connect('both');
    assert.equal(await certificatesOf(connected), 2);
    await underLoad('both', { 3: () => idp.roll('new') });
  });

  test('its metadata is read again when it publishes the new one', async () => {
    idp.roll('old');
    const connected = await connect('refreshed');
    assert.equal(await certificatesOf(connected), 1);
    await underLoad('refreshed', {
      2: async () => {
        idp.roll('both');
        const { added } = await tenant.api.create<{ added: unknown[] }>(`/identity-providers/${connected.id}/refresh`, {});
        assert.equal(added.length, 1);
      },
      5: () => idp.roll('new'),
    });
    assert.equal(await certificatesOf(connected), 2, 'the old one is not dropped');
  });

  test('it changes it from one moment to the next, with encrypted assertions', async () => {
    idp.roll('old');
    const connected = await connect('sudden', { encryptAssertion: true });
    await underLoad('sudden', { 3: () => idp.roll('new') });
    assert.equal(await certificatesOf(connected), 2);
  });
});

describe('Our own keys roll over while people sign in at SimpleSAMLphp, and nobody is refused', () => {
  test('the new ones are made, handed over, activated; the old ones are removed', async () => {
    idp.roll('old');
    const sealed = { encryptAssertion: true, demandSignedRequest: false };
    const connected = await connect('ours', sealed);
    const path = `/identity-providers/${connected.id}/keys`;
    const next: string[] = [];
    await underLoad('ours', {
      2: async () => {
        for (const use of ['signing', 'decryption']) next.push((await tenant.api.create<Key>(path, { use })).id);
        await register(connected, sealed, 'next');
      },
      4: async () => {
        for (const key of next) await tenant.api.create(`${path}/${key}/activate`, {});
        await register(connected, { encryptAssertion: true, demandSignedRequest: false });
      },
      7: async () => {
        for (const { id, state } of await keysOf(connected)) if (state === 'retired') await tenant.api.remove(`${path}/${id}`);
      },
    });
    await register(connected, { encryptAssertion: true, demandSignedRequest: true });
    await signIn('ours', 0);
    assert.deepEqual(
      (await keysOf(connected)).map(({ state }) => state),
      ['active', 'active'],
    );
  });
});
