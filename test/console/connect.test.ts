import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { claimsShown, downloadMetadata, goTo, signIn, verifyAs } from './kit/driver.ts';
import { lookAt } from './kit/screens.ts';
import { openStage, type Stage } from './kit/stage.ts';

let stage: Stage;
let page: Page;

before(async () => {
  stage = await openStage();
  page = await stage.enterConsole();
});
after(() => stage.close());

/** Chooses in the wizard what is to be connected, and gives it a name. */
async function begin(vendor: string, name: string): Promise<void> {
  await goTo(page, 'Identity providers');
  await page.getByRole('link', { name: 'Connect a provider' }).click();
  await page.getByRole('button', { name: `Choose ${vendor}` }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByText('Check, then switch on').waitFor();
}

/** From the draft to the report of a test sign-in. */
async function keepAndVerify(person: string): Promise<void> {
  await page.getByRole('button', { name: 'Save the draft and continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await verifyAs(page, 'Start Verify', person);
  await page.getByText('Passed: a person can sign in').waitFor();
}

/** Puts an attribute on another of the claims that came. */
async function map(attribute: string, claim: string): Promise<void> {
  await page.getByRole('combobox', { name: attribute, exact: true }).click();
  // From its beginning: other options show values of people, in which anything may stand.
  await page.getByRole('option', { name: new RegExp(`^${claim}\\b`) }).click();
}

async function switchOn(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('button', { name: 'Switch on', exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByText('Try it as your people will').waitFor();
}

describe('From a first start to people who sign in, by clicking and typing alone', () => {
  it('an OpenID Connect provider is connected: fetched, mapped, verified, switched on', async () => {
    await begin('Any OpenID Connect provider', 'Acme OIDC');
    await lookAt(page, 'wizard-2-their-console');
    await page.getByRole('button', { name: 'I have done this' }).click();
    await lookAt(page, 'wizard-3-connect');
    await page.getByLabel('Issuer').fill(stage.idp.issuer);
    await page.getByLabel('Client ID').fill(stage.idp.clientId);
    await page.getByRole('textbox', { name: 'Client secret' }).fill(stage.idp.clientSecret);
    await page.getByRole('button', { name: 'Fetch configuration' }).click();
    await page.getByText(`${stage.idp.issuer}/oidc/jwks`).waitFor();
    await lookAt(page, 'wizard-3-connect-found');
    await page.getByRole('button', { name: 'Save the draft and continue' }).click();
    await page.getByRole('combobox', { name: 'What the provider’s groups do' }).click();
    await page.getByRole('option', { name: 'People are added, never taken out' }).click();
    await lookAt(page, 'wizard-4-people');
    await page.getByRole('button', { name: 'Continue' }).click();
    await lookAt(page, 'wizard-5-verify');
    await verifyAs(page, 'Start Verify', 'Deniz');
    await page.getByText('Passed: a person can sign in').waitFor();
    await lookAt(page, 'wizard-5-verify-passed');
    await map('Phone number', 'phone_number');
    await page.getByRole('button', { name: 'Save the mapping' }).click();
    await page.getByText('Saved. Verify again').waitFor();
    await verifyAs(page, 'Verify again', 'Deniz');
    await page.getByRole('cell', { name: '+12025550178' }).first().waitFor();
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await lookAt(page, 'wizard-6-switch-on');
    await page.getByRole('button', { name: 'Switch on', exact: true }).click();
    await page.getByText('Try it as your people will').waitFor();
    await lookAt(page, 'provider-not-used-yet');
  });

  it('a person signs in to an application through it, and the application is told who they are', async () => {
    const person = await signIn(stage, 'Sign in with Acme OIDC', 'Deniz');
    const claims = await claimsShown(person);
    assert.equal(claims['idp'], 'acme-oidc');
    assert.equal(claims['name'], 'Deniz Yıldız');
    assert.equal(claims['phone_number'], '+12025550178');
    assert.deepEqual((claims['groups'] as string[]).toSorted(), ['All Staff', 'Engineering', 'Security & Compliance']);
  });

  it('a SAML provider is connected by the address of its metadata', async () => {
    await begin('Any SAML provider', 'Acme SAML');
    await lookAt(page, 'wizard-2-their-console-saml');
    await page.getByRole('button', { name: 'I have done this' }).click();
    await page.getByRole('textbox', { name: 'Metadata address' }).fill(stage.idp.metadataUrl);
    await page.getByRole('button', { name: 'Fetch configuration' }).click();
    await page.getByText('1 certificate').waitFor();
    await lookAt(page, 'wizard-3-connect-saml');
    await keepAndVerify('Carla');
    await map('First name', 'givenName');
    await map('Last name', 'sn');
    await page.getByRole('button', { name: 'Save the mapping' }).click();
    await page.getByText('Saved. Verify again').waitFor();
    await verifyAs(page, 'Verify again', 'Carla');
    await page.getByRole('cell', { name: 'Reyes' }).first().waitFor();
    await switchOn('Acme SAML');
  });

  it('a person signs in through that one', async () => {
    const claims = await claimsShown(await signIn(stage, 'Sign in with Acme SAML', 'Carla'));
    assert.equal(claims['idp'], 'acme-saml');
    assert.equal(claims['name'], 'Carla Reyes');
    assert.equal(claims['email'], 'carla@acme.example');
  });

  it('a SAML provider is connected by metadata that is pasted', async () => {
    const metadata = await downloadMetadata(stage);
    await begin('Any SAML provider', 'Acme Pasted');
    await page.getByRole('button', { name: 'I have done this' }).click();
    await page.getByText('File or XML').click();
    await page.getByLabel('Metadata (XML)').fill(metadata);
    await page.getByRole('button', { name: 'Fetch configuration' }).click();
    await page.getByText('1 certificate').waitFor();
    await lookAt(page, 'wizard-3-connect-saml-pasted');
    await keepAndVerify('Emi');
    await switchOn('Acme Pasted');
    const claims = await claimsShown(await signIn(stage, 'Sign in with Acme Pasted', 'Emi'));
    assert.equal(claims['idp'], 'acme-pasted');
    assert.equal(claims['email'], 'emi@acme.example');
  });

  it('the browser had nothing to complain about', () => assert.deepEqual(stage.complaints, []));
});
