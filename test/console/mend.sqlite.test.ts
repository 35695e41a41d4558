import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { claimsShown, downloadMetadata, goTo, openProvider, openTab, referenceShown, signIn, verifyAs } from './kit/driver.ts';
import { lookAt } from './kit/screens.ts';
import { openStage, type Stage } from './kit/stage.ts';

const OIDC = { provider: 'Sandbox (OIDC)', button: 'Sandbox, by OpenID Connect' };
const SAML = { provider: 'Sandbox (SAML)', button: 'Sandbox, by SAML' };

/** One log entry looks like another: these stand for all. */
const LOOKED_AT = ['oidc.client_refused', 'saml.audience_mismatch'];

interface Fault {
  what: string;
  at: typeof OIDC;
  /** In the settings of the provider, by somebody who is in a hurry; `save` makes it live at once. */
  spoil: (page: Page, save: () => Promise<void>) => Promise<void>;
  /** Signs in, and would be known only after they got in. */
  person: string;
  code: string;
  /** The field that the link from the log leads to. */
  field: string;
  mend: (page: Page) => Promise<void>;
  /** Whether the change waits until it is verified. */
  waits: boolean;
}

let stage: Stage;
let page: Page;

before(async () => {
  stage = await openStage();
  page = await stage.enterConsole();
});
after(() => stage.close());

const secretField = (on: Page) => on.getByRole('textbox', { name: 'Client secret', exact: true });
const issuerField = (on: Page) => on.getByRole('textbox', { name: 'Issuer (entity ID of the provider)' });
const claimField = (on: Page) => on.getByRole('combobox', { name: 'which must equal this claim' });
const createSwitch = (on: Page) => on.getByRole('switch', { name: 'Make accounts at the first sign-in' });

const faults: Fault[] = [
  {
    what: 'a client secret that is not the provider’s',
    at: OIDC,
    spoil: async (on, save) => {
      await secretField(on).fill('copied from the wrong line');
      await save();
    },
    person: 'Ben',
    code: 'oidc.client_refused',
    field: '/oidc/clientSecret',
    mend: (on) => secretField(on).fill(stage.idp.clientSecret),
    waits: true,
  },
  {
    what: 'people are looked for by a claim that does not come',
    at: OIDC,
    spoil: async (on, save) => {
      await claimField(on).fill('mail');
      await save();
    },
    person: 'Deniz',
    code: 'admission.claim_missing',
    field: '/authentication/claim',
    mend: (on) => claimField(on).fill('email'),
    waits: true,
  },
  {
    what: 'no accounts are made, and this person has none',
    at: OIDC,
    spoil: async (on) => {
      await createSwitch(on).click();
      await on.getByRole('button', { name: 'Save', exact: true }).click();
      await on.getByText('not saved yet').waitFor({ state: 'detached' });
    },
    person: 'Emi',
    code: 'admission.no_account',
    field: '/users/create',
    mend: (on) => createSwitch(on).click(),
    waits: false,
  },
  {
    what: 'an entity id with a letter too many',
    at: SAML,
    spoil: async (on, save) => {
      await issuerField(on).fill(`${stage.idp.metadataUrl}x`);
      await save();
    },
    person: 'Carla',
    code: 'saml.issuer_mismatch',
    field: '/saml/issuer',
    mend: (on) => issuerField(on).fill(stage.idp.metadataUrl),
    waits: true,
  },
  {
    what: 'the provider signs with another certificate, and nothing says where its metadata is',
    at: SAML,
    spoil: async (on, save) => {
      await on.getByRole('textbox', { name: 'Metadata address' }).fill('');
      await save();
      await stage.restartIdp({ keys: 'other' });
    },
    person: 'Ada',
    code: 'xml.signature_value',
    field: '/saml/verificationCertificates',
    mend: async (on) => {
      const [, certificate = ''] = /X509Certificate>([^<]+)</.exec(await downloadMetadata(stage)) ?? [];
      await on.getByRole('textbox', { name: 'Add to Signing certificates of the provider' }).fill(certificate);
      await on.getByRole('button', { name: 'Add certificate' }).click();
    },
    waits: false,
  },
  {
    what: 'the provider answers for another audience',
    at: SAML,
    spoil: async () => {
      const acsUrl = `${stage.tenantUrl}/sso/sandbox-saml/acs`;
      const entityId = 'https://sso.acme.example/entity';
      await stage.restartIdp({
        keys: 'same',
        serviceProviders: [
          { entityId: `${stage.tenantUrl}/sso/sandbox-saml/metadata`, acsUrl, audience: entityId },
          { entityId, acsUrl },
        ],
      });
    },
    person: 'Emi',
    code: 'saml.audience_mismatch',
    field: '/saml/spEntityId',
    mend: (on) => on.getByRole('textbox', { name: 'Our entity ID (audience)' }).fill('https://sso.acme.example/entity'),
    waits: true,
  },
];

async function saveAtOnce(): Promise<void> {
  await page.getByRole('button', { name: 'Save and make it live …' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('it is late, and it is Friday');
  await page.getByRole('button', { name: 'Save and make it live', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('not saved yet').waitFor({ state: 'detached' });
}

const nameOf = (code: string): string => `mend-${code.replace('.', '-')}`;

/** A person tries in vain. @returns the reference that they are told */
async function refuse(button: string, person: string, code: string): Promise<string> {
  const refused = await signIn(stage, button, person);
  const reference = await referenceShown(refused);
  await refused.screenshot({ path: `artifacts/screens/${nameOf(code)}-person.png`, fullPage: true });
  await refused.context().close();
  return reference;
}

/** From the reference to the first line of the record, and on to what it says is to be changed. */
async function followLog(reference: string, code: string): Promise<void> {
  await goTo(page, 'Sign-in log');
  await page.getByRole('textbox', { name: 'Person or reference' }).fill(reference);
  await page.getByRole('row').filter({ hasText: reference }).getByRole('link').click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  const first = page.getByRole('alert').first();
  const told = await first.innerText();
  assert.ok(told.includes(code), told);
  if (LOOKED_AT.includes(code)) await lookAt(page, `${nameOf(code)}-log`);
  await first.getByRole('link', { name: /^Go to “/ }).click();
}

/** Saves what was mended; where it waits, it is verified and made live, else it is verified as it is. */
async function saveAndVerify({ waits, person, code }: Fault): Promise<void> {
  await page.getByRole('button', { name: waits ? 'Save, then verify' : 'Save', exact: true }).click();
  if (waits) await page.getByText('A change waits to be verified').waitFor();
  else {
    await page.getByText('not saved yet').waitFor({ state: 'detached' });
    await openTab(page, 'Verify');
  }
  await verifyAs(page, waits ? 'Verify the change' : 'Start Verify', person);
  await page.getByText('Passed: a person can sign in').waitFor();
  if (!waits) return;
  if (LOOKED_AT.includes(code)) await lookAt(page, `${nameOf(code)}-ready`);
  await page.getByRole('button', { name: 'Make it live', exact: true }).click();
  await page.getByText('A change is verified and ready').waitFor({ state: 'detached' });
}

describe('A provider that is broken is understood and mended from the console alone', () => {
  it('the first administrator comes with an address that nobody has proven: the report leads to the account, and they get in', async () => {
    const verify = async (): Promise<void> => {
      await openProvider(page, OIDC.provider, 'Verify');
      await verifyAs(page, 'Start Verify', 'Ada');
    };
    await verify();
    await page.getByText('admission.account_unproven').first().waitFor();
    await page.getByRole('link', { name: 'Open the account' }).click();
    await page.getByRole('button', { name: 'Confirm whose it is …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'It is theirs' }).click();
    await page.getByText('ada@acme.example (proven)').waitFor();
    await verify();
    await page.getByText('Passed: a person can sign in').waitFor();
  });

  for (const fault of faults) {
    const { what, at, spoil, person, code, field, mend } = fault;
    it(`${what}: by the reference that the person is told the log says what to change, leads to the very field, and they get in`, async () => {
      await openProvider(page, at.provider, 'Settings');
      await spoil(page, saveAtOnce);
      const reference = await refuse(at.button, person, code);
      await followLog(reference, code);
      await page.waitForFunction((pointer) => document.activeElement?.closest(`[data-pointer="${pointer}"]`) !== null, field);
      await mend(page);
      await saveAndVerify(fault);
      const entered = await signIn(stage, at.button, person);
      assert.match(String((await claimsShown(entered))['email']), /@acme\.example$/);
      await entered.context().close();
    });
  }

  it('the browser had nothing to complain about', () => assert.deepEqual(stage.complaints, []));
});
