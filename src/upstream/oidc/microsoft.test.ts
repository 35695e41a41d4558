import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CLIENT, type Driver, makeKey, startDriver } from '#test/oidc/index.ts';
import { directoryOfIssuer } from './microsoft.ts';
import { readSettings } from './settings.ts';

const TID = '0f7c1c2e-4b1d-4c8e-9a55-2b8f5f0c9a01';
const OID = 'A1B2C3D4-0000-4000-8000-00000000000A';
const OTHER = '11111111-2222-4333-8444-555555555555';

let driver: Driver;
before(async () => {
  driver = await startDriver({
    kind: 'microsoft-oidc',
    path: `/${TID}/v2.0`,
    fields: { directoryId: TID },
    issuerParameter: false,
    person: { tid: TID, oid: OID, email_verified: undefined },
    alg: 'RS256',
  });
  driver.settings = (
    (settings) =>
    (change = {}) =>
      settings({ authorizationResponseIssParameterSupported: false, ...change })
  )(driver.settings);
});
after(() => driver.close());

describe('Microsoft: a person is directory and object', () => {
  it('control: the subject is tid and oid, in small letters, and not sub', async () => {
    const { identity, url } = await driver.signIn({ wish: { domainHint: 'acme.example' } });
    assert.equal(identity.subject, `${TID}/${OID.toLowerCase()}`);
    assert.equal(url.searchParams.get('domain_hint'), 'acme.example');
  });
  const cases: [string, string, Record<string, unknown>][] = [
    ['no tid', 'oidc.identity_missing', { tid: undefined }],
    ['no oid', 'oidc.identity_missing', { oid: undefined }],
    ['oid that is no GUID', 'oidc.identity_missing', { oid: 'alice@acme.example' }],
    ['oid in a list', 'oidc.identity_missing', { oid: [OID] }],
    ['tid that is no GUID', 'oidc.identity_missing', { tid: 'common' }],
    ['another directory', 'oidc.directory_mismatch', { tid: OTHER }],
  ];
  for (const [what, code, claims] of cases) {
    it(`refuses ${what}`, async () => {
      driver.idp.nextToken({ claims });
      await driver.refused(code);
    });
  }
  it('T98: believes an address by xms_edov alone', async () => {
    const verdicts: [Record<string, unknown>, string][] = [
      [{ xms_edov: true }, 'verified'],
      [{ xms_edov: 1 }, 'verified'],
      [{ xms_edov: '1' }, 'verified'],
      [{ xms_edov: 'true' }, 'verified'],
      [{ xms_edov: false }, 'unverified'],
      [{ xms_edov: 0 }, 'unverified'],
      [{ xms_edov: 'True' }, 'unverified'],
      [{ xms_edov: [true] }, 'unverified'],
      [{ xms_edov: 2 }, 'unverified'],
      [{}, 'unstated'],
      [{ email_verified: true }, 'unstated'],
    ];
    for (const [claims, verdict] of verdicts) {
      driver.idp.nextToken({ claims });
      driver.idp.nextUserinfo({ json: { email_verified: undefined } });
      assert.equal((await driver.signIn()).identity.emailVerification, verdict, JSON.stringify(claims));
    }
  });
  it('authenticates by certificate with PS256, towards the token endpoint', async () => {
    const key = makeKey('gw', 'RS256');
    const { alg: _alg, ...jwk } = key.jwk;
    driver.idp.clients.set('gateway', { ...CLIENT, authentication: 'private_key_jwt', keys: [jwk] });
    const clientAssertion = [{ kid: 'gw', privateKeyPem: String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })) }];
    await driver.signIn({ settings: { clientAuthentication: 'private_key_jwt', clientSecret: null, keys: { clientAssertion } } });
    const assertion =
      driver.idp.requests.findLast((request) => request.endpoint === 'token')?.fields.get('client_assertion') ?? '';
    const [header, claims] = assertion.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    assert.equal(JSON.parse(header ?? '').alg, 'PS256');
    assert.equal(JSON.parse(claims ?? '').aud, `${driver.idp.issuer}/token`);
    driver.idp.clients.set('gateway', CLIENT);
  });
});

describe('Microsoft: settings', () => {
  it('issuer and endpoints follow from the directory id', () => {
    const settings = readSettings(
      { clientId: 'c', clientSecret: 's', directoryId: TID.toUpperCase() },
      { kind: 'microsoft-oidc', allowPrivateNetwork: false },
    );
    assert.equal(settings.issuer, `https://login.microsoftonline.com/${TID}/v2.0`);
    assert.equal(settings.tokenEndpoint, `https://login.microsoftonline.com/${TID}/oauth2/v2.0/token`);
    assert.equal(settings.jwksUri, `https://login.microsoftonline.com/${TID}/discovery/v2.0/keys`);
    assert.equal(settings.clientAssertionAudience, 'token_endpoint');
  });
  it('recognises the issuer of one directory, in every cloud, and no template', () => {
    assert.equal(directoryOfIssuer(`https://login.microsoftonline.com/${TID}/v2.0`), TID);
    assert.equal(directoryOfIssuer(`https://login.microsoftonline.us/${TID}/v2.0`), TID);
    assert.equal(directoryOfIssuer(`https://sts.windows.net/${TID}/`), TID);
    assert.equal(directoryOfIssuer(`https://sts.chinacloudapi.cn/${TID}/`), TID);
    for (const issuer of [
      'https://login.microsoftonline.com/{tenantid}/v2.0',
      'https://login.microsoftonline.com/common/v2.0',
      `https://sts.windows.net/${TID}`,
      `https://sts.windows.net/${TID}/v2.0`,
      `https://login.microsoftonline.com.evil.example/${TID}/v2.0`,
      `https://login.microsoftonline.com/${TID}`,
    ]) {
      assert.equal(directoryOfIssuer(issuer), undefined);
    }
  });
});
