import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { goTo, openProvider, openTab, signIn, verifyAs } from './kit/driver.ts';
import { lookAt } from './kit/screens.ts';
import { openStage, type Stage } from './kit/stage.ts';

let stage: Stage;
let page: Page;

before(async () => {
  stage = await openStage();
  page = await stage.enterConsole();
});
after(() => stage.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });

/** Everything that is behind a button of its own. */
async function openAllOptions(): Promise<void> {
  const more = page.getByRole('button', { name: /^More options/ });
  while ((await more.count()) > 0) await more.first().click();
}

/** Opens a dialog, looks at it, and leaves it by its own button. */
async function lookAtDialog(opener: string, name: string, leave = 'Cancel'): Promise<void> {
  await button(opener).click();
  await page.getByRole('dialog').waitFor();
  await lookAt(page, name);
  await page.getByRole('dialog').getByRole('button', { name: leave, exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

describe('Every tab of a provider is drawn in both themes and on a telephone, and axe-core finds nothing', () => {
  it('the list, and an overview of one that people use', async () => {
    const person = await signIn(stage, 'Sandbox, by OpenID Connect', 'Deniz');
    await person.getByRole('heading', { name: 'Claims' }).waitFor();
    await person.context().close();
    await goTo(page, 'Identity providers');
    await page.getByText('Not used yet').first().waitFor();
    await lookAt(page, 'providers');
    await openProvider(page, 'Sandbox (OIDC)');
    await page.getByText('1 of 1').waitFor();
    await button('Show where to enter them, step by step').click();
    await page.getByText('Register the client').waitFor();
    await lookAt(page, 'provider-overview');
    await lookAtDialog('Switch off', 'provider-switch-off');
  });

  it('the settings of an OpenID Connect provider, with every option, a rule, and a fault', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
    await openAllOptions();
    await button('Rule for E-mail address').click();
    await page.getByRole('menuitem', { name: 'Change the value on its way' }).click();
    await page.getByText('Only people whom these rules fit').click();
    await lookAt(page, 'provider-settings-oidc');
    await page.getByRole('textbox', { name: 'Token endpoint' }).fill('not an address');
    await page.getByText(/fields? to mend/).waitFor();
    await lookAt(page, 'provider-settings-fault');
    await button('Undo').click();
  });

  it('a change: asked for a reason, waiting, discarded', async () => {
    await page.getByRole('textbox', { name: 'Client ID' }).fill('another-client');
    await lookAtDialog('Save and make it live …', 'provider-settings-reason');
    await button('Save, then verify').click();
    await page.getByText('A change waits to be verified').waitFor();
    await button('Show what changes').click();
    await lookAt(page, 'provider-change-waits');
    await lookAtDialog('Discard', 'provider-discard');
    await button('Discard').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByText('A change waits to be verified').waitFor({ state: 'detached' });
  });

  it('a test sign-in: none yet, waiting, failed, passed, all of them, and something pasted', async () => {
    await openTab(page, 'Verify');
    await page.getByText('Nobody has verified it yet').waitFor();
    await lookAt(page, 'provider-verify-empty');
    const [opened] = await Promise.all([page.waitForEvent('popup'), button('Start Verify').click()]);
    await page.getByText('Waiting for the test sign-in').waitFor();
    await lookAt(page, 'provider-verify-waiting');
    await opened.getByRole('button', { name: 'Cancel the sign-in' }).click();
    await opened.waitForURL(/\/verify\//);
    await opened.close();
    await page.getByText('oidc.access_denied').first().waitFor();
    await lookAt(page, 'provider-verify-failed');
    await button('Show all')
      .or(page.getByRole('button', { name: /^Show all \d+ steps/ }))
      .click();
    await lookAt(page, 'provider-verify-steps');
    await verifyAs(page, 'Start Verify', 'Deniz');
    await page.getByText('Passed: a person can sign in').waitFor();
    const closed = page.locator('main').getByRole('button', { expanded: false });
    while ((await closed.count()) > 0) await closed.first().click();
    await lookAt(page, 'provider-verify-passed');
    await button('All test sign-ins').click();
    await lookAt(page, 'provider-verify-list');
    await page.getByText('Try something pasted').click();
    await page.getByRole('radiogroup', { name: 'What is pasted' }).getByText('Claims').click();
    await page
      .getByRole('textbox', { name: 'Claims' })
      .fill('{ "sub": "p-1", "email": "someone@acme.example", "groups": ["Sales"] }');
    await button('Show what comes of it').click();
    await page.getByText('Not checked').first().waitFor();
    await lookAt(page, 'provider-verify-pasted');
  });

  it('changes, one of them with what it changed, and the way back to it', async () => {
    await openTab(page, 'Changes');
    await lookAt(page, 'provider-changes');
    await page
      .getByRole('button', { name: /^Changed/ })
      .first()
      .click();
    await page.getByRole('heading', { name: /^What it changed/ }).waitFor();
    await lookAt(page, 'provider-change');
    await lookAtDialog('Roll back at once …', 'provider-roll-back');
  });

  it('keys of an OpenID Connect provider, and its export', async () => {
    await openTab(page, 'Keys');
    await lookAt(page, 'provider-keys-oidc');
    await openTab(page, 'Export');
    await lookAt(page, 'provider-export');
    await lookAtDialog('Disconnect …', 'provider-disconnect');
  });

  it('an exported provider comes in again, under another name', async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
    const document = await readFile(await file.path(), 'utf8');
    await goTo(page, 'Identity providers');
    const take = async (content: string): Promise<void> => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button('Import').click()]);
      await chooser.setFiles({ name: 'provider.json', mimeType: 'application/json', buffer: Buffer.from(content) });
      await page.getByRole('dialog').waitFor();
    };
    await take('<not-json/>');
    await page.getByText('cannot be imported').waitFor();
    await lookAt(page, 'providers-import-refused');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await take(document);
    await page.getByRole('dialog').getByRole('textbox', { name: 'Short name' }).waitFor();
    await lookAt(page, 'providers-import');
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('A copy');
    await page.getByRole('dialog').getByRole('textbox', { name: 'Short name' }).fill('a-copy');
    await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { level: 1, name: 'A copy' }).waitFor();
    await page.getByText('A secret is missing').waitFor();
    await lookAt(page, 'provider-secret-missing');
  });

  it('settings, keys and groups of a SAML provider', async () => {
    const person = await signIn(stage, 'Sandbox, by SAML', 'Carla');
    await person.getByRole('heading', { name: 'Claims' }).waitFor();
    await person.context().close();
    await openProvider(page, 'Sandbox (SAML)', 'Settings');
    await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
    await openAllOptions();
    await lookAt(page, 'provider-settings-saml');
    await openTab(page, 'Keys');
    await page.getByText('What the provider publishes').waitFor();
    await lookAt(page, 'provider-keys-saml');
    await openTab(page, 'Groups seen');
    await page.getByText('Finance').first().waitFor();
    await lookAt(page, 'provider-groups');
    await page.getByRole('button', { name: 'Map to another as well' }).first().click();
    await page.getByRole('button', { name: 'Add a label' }).first().click();
    await lookAt(page, 'provider-groups-mapping');
  });

  it('the wizard: vendors, and what is entered by hand', async () => {
    await goTo(page, 'Identity providers');
    await page.getByRole('link', { name: 'Connect a provider' }).click();
    await page.getByRole('button', { name: 'Choose Any SAML provider' }).waitFor();
    await lookAt(page, 'wizard-1-vendor');
    await page.getByRole('button', { name: 'Microsoft Entra ID by OpenID Connect' }).click();
    await page.getByText('Check, then switch on').waitFor();
    await lookAt(page, 'wizard-2-entra');
    await button('I have done this').click();
    await lookAt(page, 'wizard-3-entra');
    await button('Back').click();
    await button('Back').click();
    await page.getByRole('button', { name: 'Choose Any SAML provider' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('By hand');
    await button('I have done this').click();
    await page.getByRole('textbox', { name: 'Metadata address' }).fill('http://localhost:9/metadata');
    await button('Fetch configuration').click();
    await page
      .locator('main')
      .getByText(/fetch\.|could not|cannot/)
      .first()
      .waitFor();
    await lookAt(page, 'wizard-3-not-fetched');
    await button('Nothing can be fetched? Enter it by hand').click();
    await lookAt(page, 'wizard-3-by-hand');
  });

  it('the browser had nothing to complain about', () => assert.deepEqual(stage.complaints, []));
});
