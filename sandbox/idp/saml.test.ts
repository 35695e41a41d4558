import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml';
import { choosePerson, readForm } from '../forms.ts';
import { PEOPLE } from '../people.ts';
import type { ServiceProvider } from './config.ts';
import { selfSignedCertificate } from './saml/certificate.ts';
import { type RunningIdp, startIdp } from './server.ts';

const ACS = 'http://localhost:8080/t/demo/sso/sandbox-saml/acs';
const DENIZ = PEOPLE[3]!;
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const PERSISTENT_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = selfSignedCertificate({ commonName: 'Acme gateway', privateKey, now: new Date() });
const providers: ServiceProvider[] = [
  { entityId: 'urn:acme:plain', acsUrl: ACS },
  { entityId: 'urn:acme:encrypted', acsUrl: ACS, encryptionCertificate: certificate },
];

let idp: RunningIdp;
let dataFolder: string;

before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-saml-'));
  idp = await startIdp({ host: '127.0.0.1', port: 0, dataFolder, oidcClients: [], serviceProviders: providers });
});
after(async () => {
  await idp.close();
  await rm(dataFolder, { recursive: true });
});

/** An independent service provider: it checks signature, audience, times and in-response-to. */
function serviceProvider(entityId: string, more: Partial<SamlConfig> = {}): SAML {
  return new SAML({
    issuer: entityId,
    audience: entityId,
    callbackUrl: ACS,
    entryPoint: idp.saml.ssoUrl,
    idpCert: idp.saml.certificate,
    idpIssuer: idp.saml.entityId,
    decryptionPvk: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    identifierFormat: PERSISTENT_FORMAT,
    disableRequestedAuthnContext: true,
    validateInResponseTo: ValidateInResponseTo.always,
    wantAuthnResponseSigned: false,
    wantAssertionsSigned: false,
    ...more,
  });
}

async function signIn(saml: SAML, sign: string, personId = DENIZ.id) {
  const url = new URL(await saml.getAuthorizeUrlAsync('relay & "state"', 'localhost', {}));
  url.searchParams.set('sign', sign);
  const page = await (await choosePerson({ url }, personId)).text();
  return readForm(page, url);
}

describe('SAML at the sandbox identity provider', () => {
  const cases = [
    ['urn:acme:plain', 'assertion', { wantAssertionsSigned: true }],
    ['urn:acme:plain', 'response', { wantAuthnResponseSigned: true }],
    ['urn:acme:plain', 'both', { wantAssertionsSigned: true, wantAuthnResponseSigned: true }],
    ['urn:acme:encrypted', 'assertion', { wantAssertionsSigned: true }],
    ['urn:acme:encrypted', 'response', { wantAuthnResponseSigned: true }],
    ['urn:acme:encrypted', 'both', { wantAssertionsSigned: true, wantAuthnResponseSigned: true }],
  ] as const;
  for (const [entityId, sign, wanted] of cases) {
    test(`node-saml accepts what is signed: ${entityId}, ${sign}`, async () => {
      const saml = serviceProvider(entityId, wanted);
      const form = await signIn(saml, sign);
      assert.equal(form.action.href, ACS);
      assert.equal(form.fields['RelayState'], 'relay & "state"');
      const xml = Buffer.from(form.fields['SAMLResponse']!, 'base64').toString();
      assert.equal(xml.includes('<saml:EncryptedAssertion'), entityId === 'urn:acme:encrypted');
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: form.fields['SAMLResponse']! });
      assert.partialDeepStrictEqual(profile, {
        issuer: idp.saml.entityId,
        nameIDFormat: PERSISTENT_FORMAT,
        email: 'deniz@acme.example',
        givenName: 'Deniz',
        sn: 'Yıldız',
        telephoneNumber: DENIZ.phone,
        groups: ['Engineering', 'Security & Compliance', 'All Staff'],
        roles: ['app_auditor', 'app_user'],
      });
    });
  }

  test('SAML Core §2.7.3.1: somebody without roles has the attribute, without values', async () => {
    const saml = serviceProvider('urn:acme:plain', { wantAssertionsSigned: true });
    const { fields } = await signIn(saml, 'assertion', PEOPLE[4]!.id);
    assert.match(
      Buffer.from(fields['SAMLResponse']!, 'base64').toString(),
      /<saml:Attribute Name="roles" NameFormat="[^"]+"><\/saml:Attribute>/,
    );
    assert.equal(
      (await saml.validatePostResponseAsync({ SAMLResponse: fields['SAMLResponse']! })).profile!['email'],
      'emi@acme.example',
    );
  });

  test('one changed letter is refused by node-saml', async () => {
    const saml = serviceProvider('urn:acme:plain', { wantAssertionsSigned: true });
    const form = await signIn(saml, 'assertion');
    const xml = Buffer.from(form.fields['SAMLResponse']!, 'base64').toString().replace('deniz@acme', 'denis@acme');
    await assert.rejects(saml.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') }), /signature/i);
  });

  test('a request by POST is answered like one by redirect', async () => {
    const saml = serviceProvider('urn:acme:plain', { wantAssertionsSigned: true, skipRequestCompression: true });
    const sent = await saml.getAuthorizeMessageAsync('', 'localhost');
    const body = new URLSearchParams({ SAMLRequest: String(sent['SAMLRequest']) });
    const page = await (await choosePerson({ url: idp.saml.ssoUrl, body }, DENIZ.id)).text();
    const { profile } = await saml.validatePostResponseAsync({
      SAMLResponse: readForm(page, idp.saml.ssoUrl).fields['SAMLResponse']!,
    });
    assert.equal(profile!['email'], 'deniz@acme.example');
  });

  test('SAML Core §8.3: the NameID has the format that was asked for; a persistent one stays', async () => {
    const read = async (identifierFormat: string) => {
      const saml = serviceProvider('urn:acme:plain', { identifierFormat });
      const { fields } = await signIn(saml, 'assertion');
      return (await saml.validatePostResponseAsync({ SAMLResponse: fields['SAMLResponse']! })).profile!;
    };
    assert.equal((await read(EMAIL_FORMAT)).nameID, 'deniz@acme.example');
    assert.equal((await read(PERSISTENT_FORMAT)).nameID, (await read(PERSISTENT_FORMAT)).nameID);
    const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
    assert.notEqual((await read(transient)).nameID, (await read(transient)).nameID);
  });

  test('refusals are signed answers with a status and no assertion', async () => {
    const status = async (more: Partial<SamlConfig>, personId: string) => {
      const { fields } = await signIn(serviceProvider('urn:acme:plain', more), 'assertion', personId);
      const xml = Buffer.from(fields['SAMLResponse']!, 'base64').toString();
      assert.ok(!xml.includes('saml:Assertion') && xml.includes('<ds:SignatureValue>'));
      return [...xml.matchAll(/:status:(\w+)/g)].map((found) => found[1]);
    };
    assert.deepEqual(await status({}, ''), ['Responder', 'AuthnFailed']);
    assert.deepEqual(await status({ identifierFormat: 'urn:acme:badge-number' }, DENIZ.id), ['Responder', 'InvalidNameIDPolicy']);
  });

  const request = (attributes: string, issuer = 'urn:acme:plain') =>
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" ${attributes}>` +
    `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer></samlp:AuthnRequest>`;
  const open = (xml: string) =>
    fetch(`${idp.saml.ssoUrl}?${new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') })}`, {
      redirect: 'manual',
    });

  test('a good request is shown the picker (control)', async () => {
    assert.equal((await open(request(`AssertionConsumerServiceURL="${ACS}" Destination="${idp.saml.ssoUrl}"`))).status, 200);
  });

  for (const [name, xml, expected] of [
    [
      'an assertion consumer service that is not registered',
      request('AssertionConsumerServiceURL="https://evil.example/acs"'),
      403,
    ],
    ['a stranger', request('', 'urn:evil'), 403],
    ['a request for another provider', request('Destination="https://idp.example/sso"'), 403],
    ['a document type', `<!DOCTYPE r [<!ENTITY e "urn:acme:plain">]>${request('', '&e;')}`, 400],
    ['a request that inflates beyond the bound', request(`Consent="${' '.repeat(5_000_000)}"`), 400],
    ['something else', '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0"/>', 400],
    ['broken XML', '<samlp:AuthnRequest', 400],
  ] as const) {
    test(`${name} is refused with ${expected}`, async () => {
      assert.equal((await open(xml)).status, expected);
    });
  }

  test('metadata names addresses and the certificate that signs', async () => {
    const xml = await (await fetch(idp.saml.entityId)).text();
    assert.equal(/entityID="([^"]*)"/.exec(xml)![1], idp.saml.entityId);
    assert.equal(/Location="([^"]*)"/.exec(xml)![1], idp.saml.ssoUrl);
    const inMetadata = new X509Certificate(Buffer.from(/<ds:X509Certificate>([^<]*)/.exec(xml)![1]!, 'base64'));
    assert.ok(inMetadata.verify(inMetadata.publicKey));
    assert.equal(inMetadata.fingerprint256, new X509Certificate(idp.saml.certificate).fingerprint256);
  });

  test('RFC 5280 §4.1: the certificate is one that OpenSSL reads and that its own key verifies', () => {
    const read = new X509Certificate(certificate);
    assert.ok(read.checkPrivateKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))));
    assert.ok(read.checkIssued(read) && read.verify(read.publicKey));
    assert.equal(read.subject, 'CN=Acme gateway');
    assert.ok(read.validFromDate < new Date() && read.validToDate > new Date());
  });
});
