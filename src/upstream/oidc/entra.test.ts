import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import { type EntraDriver, makeSecret, type Person, RETURN_URL, refusalOf, START, startEntraDriver } from '#test/entra/index.ts';
import type { UpstreamIdentity } from '../protocol.ts';

let driver: EntraDriver;
before(async () => {
  driver = await startEntraDriver();
});
after(() => driver.close());
beforeEach(() => driver.renew());

describe('Entra: a person is directory and object', () => {
  it('signs in by secret, by Basic as well, and by certificate; dated back tokens are good', async () => {
    for (const clientAuthentication of ['client_secret_basic', 'client_secret_post', 'private_key_jwt']) {
      const { identity } = await driver.signIn({ clientAuthentication });
      assert.equal(identity.subject, `${driver.directory.tid}/${driver.alice.oid}`);
      assert.equal(identity.issuer, `https://login.microsoftonline.com/${driver.directory.tid}/v2.0`);
      assert.deepEqual(identity.claims['groups'], driver.alice.groups);
      assert.equal(identity.overage.length, 0);
    }
  });
  it('the certificate is named by its SHA-256 thumbprint and by nothing else', async () => {
    await driver.signIn({ clientAuthentication: 'private_key_jwt' });
    const [header = ''] = (
      driver.entra.requests.findLast(({ form }) => form.has('client_assertion'))?.form.get('client_assertion') ?? ''
    ).split('.');
    assert.deepEqual(Object.keys(JSON.parse(Buffer.from(header, 'base64url').toString())), ['alg', 'typ', 'x5t#S256']);
  });
  it('says when the answer was made by the driver.clock of the answer, not by a token that is dated back', async () => {
    const { identity } = await driver.signIn();
    assert.deepEqual(identity.issuedAt, new Date(START));
  });
  const addresses: [string, Partial<Person>, UpstreamIdentity['emailVerification']][] = [
    ['its domain’s owner is verified', { domainOwnerVerified: true }, 'verified'],
    ['its domain’s owner is not verified (nOAuth)', { domainOwnerVerified: false }, 'unverified'],
    ['there is no address', { mail: null }, 'unstated'],
  ];
  for (const [when, change, verdict] of addresses) {
    it(`an address is ${verdict} when ${when}`, async () => {
      Object.assign(driver.alice, change);
      assert.equal((await driver.signIn()).identity.emailVerification, verdict);
    });
  }
  it('an address is unstated when the application does not ask for xms_edov', async () => {
    driver.app.optionalClaims = ['email'];
    assert.equal((await driver.signIn()).identity.emailVerification, 'unstated');
  });
  it('refuses a token without oid: scope profile was left out', async () => {
    assert.equal((await refusalOf(driver.signIn({ scopes: ['openid', 'email'] }))).code, 'oidc.identity_missing');
  });
  it('refuses the token of another directory, by issuer and by tid', async () => {
    const other = '11111111-2222-4333-8444-555555555555';
    driver.entra.nextToken = { iss: `https://login.microsoftonline.com/${other}/v2.0`, tid: other };
    assert.equal((await refusalOf(driver.signIn())).code, 'oidc.directory_mismatch');
    driver.entra.nextToken = { tid: other };
    assert.equal((await refusalOf(driver.signIn())).code, 'oidc.directory_mismatch');
  });
  it('takes keys that were rotated', async () => {
    await driver.signIn();
    driver.clock.time += 120_000;
    driver.entra.rotateKeys();
    await driver.signIn();
  });
});

describe('Entra: version 1.0 and 2.0', () => {
  const v1 = (): Record<string, unknown> => ({
    issuer: `https://sts.windows.net/${driver.directory.tid}/`,
    authorizationEndpoint: `https://login.microsoftonline.com/${driver.directory.tid}/oauth2/authorize`,
    tokenEndpoint: `https://login.microsoftonline.com/${driver.directory.tid}/oauth2/token`,
    jwksUri: `https://login.microsoftonline.com/${driver.directory.tid}/discovery/keys`,
  });
  it('version 1.0 tokens are taken where their issuer is set', async () => {
    const { identity } = await driver.signIn(v1());
    assert.equal(identity.issuer, `https://sts.windows.net/${driver.directory.tid}/`);
    assert.equal(identity.subject, `${driver.directory.tid}/${driver.alice.oid}`);
    assert.equal(identity.claims['unique_name'], driver.alice.upn);
  });
  it('a token of the other version is refused by name, both ways', async () => {
    driver.entra.nextToken = { iss: `https://sts.windows.net/${driver.directory.tid}/`, ver: '1.0' };
    assert.equal((await refusalOf(driver.signIn())).code, 'oidc.token_version_mismatch');
    driver.entra.nextToken = { iss: `https://login.microsoftonline.com/${driver.directory.tid}/v2.0`, ver: '2.0' };
    assert.equal((await refusalOf(driver.signIn(v1()))).code, 'oidc.token_version_mismatch');
  });
  it('settings that mix issuer and endpoints of both are not taken', () => {
    const tokenEndpoint = `https://login.microsoftonline.com/${driver.directory.tid}/oauth2/v2.0/token`;
    assert.throws(
      () => driver.settings({ ...v1(), tokenEndpoint }),
      (error) =>
        isProblem(error) &&
        error.errors.some(({ pointer, code }) => pointer === '/tokenEndpoint' && code === 'token_version_contradicted'),
    );
  });
  it('the metadata of both versions is read, and that of all directories is not', async () => {
    const fetched = (url: string) => driver.protocol.fetchConfiguration({ kind: 'url', url }, driver.world);
    const root = `https://login.microsoftonline.com/${driver.directory.tid}`;
    const two = await fetched(`${root}/v2.0/.well-known/openid-configuration`);
    assert.deepEqual(
      [two.kind, two.settings['directoryId'], two.settings['issuer']],
      ['microsoft-oidc', driver.directory.tid, undefined],
    );
    const one = await fetched(`${root}/.well-known/openid-configuration`);
    assert.deepEqual([one.kind, one.settings['issuer']], ['microsoft-oidc', `https://sts.windows.net/${driver.directory.tid}/`]);
    for (const shared of ['common', 'organizations']) {
      const work = fetched(`https://login.microsoftonline.com/${shared}/v2.0/.well-known/openid-configuration`);
      assert.equal((await refusalOf(work)).code, 'oidc.metadata_issuer_templated');
    }
  });
});

describe('Entra: refusals have its own numbers', () => {
  it('a secret that has expired', async () => {
    driver.app.secrets = [makeSecret(new Date(START - 1))];
    const { code, facts } = await refusalOf(driver.signIn());
    assert.deepEqual([code, facts['aadsts']], ['oidc.client_secret_expired', 'AADSTS7000222']);
  });
  it('the id of a secret in the place of its value', async () => {
    const { code, facts } = await refusalOf(driver.signIn({ clientSecret: driver.app.secrets[0]?.id }));
    assert.deepEqual([code, facts['aadsts']], ['oidc.client_refused', 'AADSTS7000215']);
  });
  it('a certificate that was not uploaded', async () => {
    driver.app.certificates = [];
    const { code, facts } = await refusalOf(driver.signIn({ clientAuthentication: 'private_key_jwt' }));
    assert.deepEqual([code, facts['aadsts']], ['oidc.client_refused', 'AADSTS700027']);
  });
  it('a person who is not assigned, and one who declines consent', async () => {
    driver.app.assignedTo = [];
    const assigned = await refusalOf(driver.signIn());
    assert.deepEqual([assigned.code, assigned.facts['aadsts']], ['oidc.access_denied', 'AADSTS50105']);
    driver.app.assignedTo = null;
    driver.app.consented = false;
    driver.entra.behaviour = { who: driver.alice, consents: false, assignmentErrors: 'returned' };
    const consent = await refusalOf(driver.signIn());
    assert.deepEqual([consent.code, consent.facts['aadsts']], ['oidc.access_denied', 'AADSTS65004']);
  });
  it('a redirect URI with another ending is shown at Entra: nobody comes back', async () => {
    driver.app.redirectUris = [`${RETURN_URL}/`];
    const settings = driver.settings();
    const wish = { handle: 'h'.repeat(43), returnUrl: new URL(RETURN_URL), forceAuthn: false, acrValues: [] };
    const { send } = await driver.protocol.begin(settings, wish, { ...driver.world, trace: createTrace(driver.clock) });
    const shown = await driver.entra.browse(send.url);
    assert.deepEqual([shown.kind, shown.kind === 'page' && shown.code], ['page', 50011]);
  });
});
