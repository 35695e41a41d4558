import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type RespondOptions } from '#test/saml/idp.ts';
import { type Play } from '#test/saml/scene.ts';
import { type SigningOptions } from '#test/saml/signing.ts';
import { removeSignatures } from '#test/saml/wrapping.ts';
import { saml } from './index.ts';
import { refuse, scene, victim } from './signatures.fixture.ts';

const stranger = makeCertifiedKey();
const weak = makeCertifiedKey('rsa-1024');

describe('a message must be signed, by a configured key (T2-T5)', () => {
  refuse([
    {
      name: 'T2: neither Response nor Assertion signed',
      code: 'saml.signature_missing',
      options: { sign: 'none', nameId: victim },
    },
    {
      name: 'T3: every signature deleted',
      code: 'saml.signature_missing',
      options: { sign: 'both' },
      play: { xml: removeSignatures },
    },
    {
      name: 'T4: a stranger’s key, with his certificate in KeyInfo',
      code: 'xml.signature_value',
      options: { signing: { key: stranger.privateKey, certificateBase64: stranger.certificateBase64 } },
    },
    {
      name: 'T4: a stranger’s key on the Response',
      code: 'xml.signature_value',
      options: { sign: 'response', signing: { key: stranger.privateKey } },
    },
    {
      name: 'T5: another tenant’s identity provider with the same entity id',
      code: 'xml.signature_value',
      options: { signing: { key: stranger.privateKey } },
    },
    {
      name: 'an invalid signature beside a valid one',
      code: 'xml.signature_digest',
      options: { sign: 'both', afterSigning: { assertion: (xml) => xml.replace('f:9c1', 'admin') } },
    },
  ]);
});

describe('verify signature of: what the connection demands must be signed', () => {
  const demanded = {
    assertion: ['assertion', 'both'],
    response: ['response', 'both'],
    both: ['both'],
    either: ['assertion', 'response', 'both'],
  } as const;
  for (const [verifySignatureOf, enough] of Object.entries(demanded)) {
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const isEnough = (enough as readonly string[]).includes(sign);
      it(`${verifySignatureOf}: a signature of ${sign} is ${isEnough ? 'enough' : 'refused'}`, async () => {
        const { code } = await scene.play({ sign }, { settings: { verifySignatureOf } });
        assert.equal(code, isEnough ? null : 'saml.signature_missing');
      });
    }
  }
});

describe('algorithms come from a list (T37-T39)', () => {
  const signed = (signing: Partial<SigningOptions>): Partial<RespondOptions> => ({ signing });
  const value = (replacement: string): Play => ({
    xml: (xml) => xml.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${replacement}`),
  });
  refuse([
    {
      name: 'T37: hmac-sha1 keyed with the certificate',
      code: 'xml.signature_algorithm',
      options: signed({ algorithm: 'hmac-sha1', hmacKey: scene.idp.keys.certificatePem }),
    },
    {
      name: 'T37: hmac-sha256 keyed with the certificate',
      code: 'xml.signature_algorithm',
      options: signed({ algorithm: 'hmac-sha256', hmacKey: scene.idp.keys.certificatePem }),
    },
    { name: 'T38: rsa-sha1', code: 'xml.signature_algorithm', options: signed({ algorithm: 'rsa-sha1' }) },
    { name: 'T38: a SHA-1 digest', code: 'xml.signature_algorithm', options: signed({ digest: 'sha1' }) },
    { name: 'T38: an MD5 digest', code: 'xml.signature_algorithm', options: signed({ digest: 'md5' }) },
    { name: 'T39: an empty SignatureValue', code: 'xml.signature_malformed', play: value('') },
    { name: 'T39: one byte', code: 'xml.signature_value', play: value('AA==') },
    { name: 'T39: junk base64', code: 'xml.signature_malformed', play: value('!!!!') },
    { name: 'T39: base64 with stray bits', code: 'xml.signature_malformed', play: value('AB==') },
    {
      name: 'T39: one byte too many',
      code: 'xml.signature_value',
      play: {
        xml: (xml) =>
          xml.replace(
            /(<ds:SignatureValue>)([^<]*)/,
            (_, tag: string, text: string) =>
              `${tag}${Buffer.concat([Buffer.from(text, 'base64'), Buffer.alloc(1)]).toString('base64')}`,
          ),
      },
    },
    { name: 'T39: the right length, all zero', code: 'xml.signature_value', play: value(Buffer.alloc(256).toString('base64')) },
  ]);

  it('T39: ECDSA values of zero, of DER and of wrong length', async () => {
    const keys = makeCertifiedKey('ec-p256');
    const settings = { verificationCertificates: [keys.certificatePem] };
    const options = { signing: { algorithm: 'ecdsa-sha256', key: keys.privateKey } } as const;
    assert.equal((await scene.play(options, { settings })).code, null);
    for (const bytes of [Buffer.alloc(64), Buffer.alloc(63, 1), Buffer.alloc(65, 1), Buffer.from('3006020101020101', 'hex')]) {
      assert.equal((await scene.play(options, { settings, ...value(bytes.toString('base64')) })).code, 'xml.signature_value');
    }
  });

  it('an RSA signature is not taken for an ECDSA one, nor the other way', async () => {
    const options = { signing: { editSignedInfo: (xml: string) => xml.replace('rsa-sha256', 'ecdsa-sha256') } };
    assert.equal((await scene.play(options)).code, 'xml.signature_value');
  });

  it('T38: a certificate with RSA-1024 cannot be configured', () => {
    assert.throws(() => saml.readSettings(scene.raw({ verificationCertificates: [weak.certificatePem] })), {
      code: 'saml.settings_invalid',
    });
  });
});
