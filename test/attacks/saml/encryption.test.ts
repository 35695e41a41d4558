import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Visit } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import type { EncryptionOptions } from '../../kit/saml/encryption.ts';
import type { RespondOptions } from '../../kit/saml/idp.ts';
import { removeSignatures } from '../../kit/saml/wrapping.ts';
import type { SamlConnection } from '../../kit/scene.ts';
import { eventsAfter, referenceOf, stateOf } from '../oracles.ts';
import {
  type Answering,
  accept,
  answerTo,
  begin,
  deliver,
  encryptionCertificateOf,
  openStage,
  refuse,
  type Stage,
  VICTIM,
} from './stage.ts';

const stranger = makeCertifiedKey();
let stage: Stage;
let both: SamlConnection;
let certificateOfBoth: string;
let certificateOfGlobex: string;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
  both = await stage.acme.connectSaml(stage.saml.idp, { slug: 'both', saml: { verifySignatureOf: 'both' } });
  certificateOfBoth = await encryptionCertificateOf(both);
  const globex = await stage.scene.addTenant('globex');
  certificateOfGlobex = await encryptionCertificateOf(await globex.connectSaml(stage.saml.idp));
});
after(() => stage.close());

/** An assertion encrypted for us, with CBC, where padding could tell something. */
const toUs = (options: Partial<EncryptionOptions> = {}): Pick<RespondOptions, 'encryptTo'> => ({
  encryptTo: { certificatePem: stage.encryptionCertificate, cipher: 'aes256-cbc', ...options },
});
const toBoth = (more: Partial<RespondOptions>): Answering => ({
  change: () => ({ ...toUs({ certificatePem: certificateOfBoth }), ...more }),
});
const sealed = (options: Partial<EncryptionOptions> = {}, more: Partial<RespondOptions> = {}): Answering => ({
  change: () => ({ ...toUs(options), ...more }),
});

/** Another byte at a place, counted from the end when negative. */
const changed =
  (at: number, by: number) =>
  (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    const place = ((at % copy.length) + copy.length) % copy.length;
    copy[place] = (copy[place] ?? 0) ^ by;
    return copy;
  };

describe('an encrypted assertion is as good as its signature (T41)', () => {
  accept(here, [
    { name: 'AES-256-CBC', ...sealed() },
    { name: 'AES-128-CBC', ...sealed({ cipher: 'aes128-cbc' }) },
    { name: 'AES-256-GCM', ...sealed({ cipher: 'aes256-gcm' }) },
    { name: 'RSA-OAEP with SHA-256', ...sealed({ keyTransport: 'rsa-oaep-sha256' }) },
    { name: 'the key beside the data', ...sealed({ keyPlacement: 'beside' }) },
    { name: 'in a signed response', ...sealed({}, { sign: 'response' }) },
    { name: 'both signed where both are demanded', connection: () => both, ...toBoth({ sign: 'both' }) },
  ]);
  refuse(here, [
    {
      name: 'an inner signature of a stranger',
      code: 'saml.decryption_failed',
      ...sealed({}, { nameId: VICTIM, signing: { key: stranger.privateKey, certificateBase64: stranger.certificateBase64 } }),
    },
    {
      name: 'no inner signature',
      code: 'saml.decryption_failed',
      ...sealed({}, { nameId: VICTIM, afterSigning: { assertion: removeSignatures } }),
    },
    {
      name: 'an inner assertion that was changed',
      code: 'saml.decryption_failed',
      ...sealed({}, { afterSigning: { assertion: (xml) => xml.replace('alice-0001', VICTIM) } }),
    },
    {
      name: 'an inner text that is no XML',
      code: 'saml.decryption_failed',
      ...sealed({}, { afterSigning: { assertion: () => 'hello' } }),
    },
    {
      name: 'an inner document type',
      code: 'saml.decryption_failed',
      ...sealed({}, { afterSigning: { assertion: (xml) => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml}` } }),
    },
    {
      name: 'an inner comment',
      code: 'saml.decryption_failed',
      ...sealed({}, { afterSigning: { assertion: (xml) => xml.replace('alice-', 'alice<!---->-') } }),
    },
    {
      name: 'a wrapped inner assertion',
      code: 'saml.decryption_failed',
      ...sealed(
        {},
        {
          afterSigning: {
            assertion: (xml) =>
              xml.replace('<saml:Subject>', `${removeSignatures(xml).replaceAll('alice', 'admin')}<saml:Subject>`),
          },
        },
      ),
    },
    {
      name: 'an encrypted Response within',
      code: 'saml.decryption_failed',
      ...sealed(
        {},
        {
          afterSigning: {
            assertion: (xml) => `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${xml}</samlp:Response>`,
          },
        },
      ),
    },
    {
      name: 'a content key for a stranger',
      code: 'saml.decryption_failed',
      change: () => toUs({ certificatePem: stranger.certificatePem }),
    },
    {
      name: 'a content key for another tenant',
      code: 'saml.decryption_failed',
      change: () => toUs({ certificatePem: certificateOfGlobex }),
    },
    {
      name: 'a content key for another connection',
      code: 'saml.decryption_failed',
      change: () => toUs({ certificatePem: certificateOfBoth }),
    },
    {
      name: 'the signed response alone, where both are demanded',
      code: 'saml.decryption_failed',
      connection: () => both,
      ...toBoth({ sign: 'response' }),
    },
    {
      name: 'a signed response whose ciphertext was changed',
      code: 'xml.signature_digest',
      ...sealed({}, { sign: 'both' }),
      xml: (xml) => xml.replace(/(<xenc:CipherValue>).{8}/, '$1AAAAAAAA'),
    },
    { name: 'key transport rsa-1_5', code: 'xml.encryption_refused', ...sealed({ keyTransport: 'rsa-1_5' }) },
    { name: 'Triple DES', code: 'xml.encryption_refused', ...sealed({ cipher: 'tripledes-cbc' }) },
    {
      name: 'no content key',
      code: 'xml.encryption_refused',
      ...sealed(),
      xml: (xml) => xml.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, ''),
    },
    {
      name: 'five content keys',
      code: 'xml.encryption_refused',
      ...sealed(),
      xml: (xml) => xml.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, '$&$&$&$&$&'),
    },
    {
      name: 'a cipher to be fetched',
      code: 'xml.encryption_refused',
      ...sealed(),
      xml: (xml) =>
        xml.replace(
          /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/,
          '<xenc:CipherReference URI="http://127.0.0.1:1/x"></xenc:CipherReference>',
        ),
    },
    { name: 'half a block', code: 'xml.encryption_refused', ...sealed({ editContent: (bytes) => bytes.subarray(0, -8) }) },
  ]);
});

describe('whoever changes ciphertext learns nothing (T42)', () => {
  accept(here, [{ name: 'the ciphertext as it was made', ...sealed() }]);

  /** What a browser sees, without what is new each time. */
  const seen = ({ status, headers, body, location }: Visit, reference: string): unknown => {
    const { date: _, 'set-cookie': cookies, ...rest } = headers;
    const masked = body.replaceAll(reference, 'XXXX-XXXX-XXXX').replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'NOW');
    return { status, location, cookies, headers: rest, body: masked };
  };

  const answerWith = async (options: Partial<EncryptionOptions>): Promise<unknown> => {
    const waiting = await begin(stage.acme, stage.saml);
    const visit = await deliver(waiting, answerTo(waiting, { change: toUs(options) }));
    return seen(visit, referenceOf(visit));
  };

  const cases: [name: string, count: number, each: (at: number) => Partial<EncryptionOptions>][] = [
    ['every value of the byte that decides on the padding', 255, (at) => ({ editContent: changed(-17, at + 1) })],
    ['bytes all over the ciphertext', 64, (at) => ({ editContent: changed(at * 97, 0x01) })],
    [
      'bytes all over GCM ciphertext and its tag',
      32,
      (at) => ({ cipher: 'aes256-gcm', editContent: changed(-1 - at * 53, 0x01) }),
    ],
    ['bytes all over the wrapped key', 32, (at) => ({ editKey: changed(at * 8, 0x01) })],
    ['a wrapped key of another length', 4, (at) => ({ editKey: (key) => key.subarray(at + 1) })],
  ];
  for (const [name, count, each] of cases) {
    it(`${name}: ${count} answers, all alike`, async () => {
      const before = await stateOf(stage.acme);
      const model = await answerWith({ editKey: changed(0, 0x01) });
      for (let at = 0; at < count; at += 1) assert.deepEqual(await answerWith(each(at)), model, `${at}`);
      assert.deepEqual((await stateOf(stage.acme)).users, before.users);
      const events = (await eventsAfter(stage.acme, before.sequence)).map(({ action, code }) => `${action} ${code}`);
      assert.deepEqual(
        events,
        Array.from({ length: count + 1 }, () => 'sign-in.refused saml.decryption_failed'),
      );
    });
  }
});
