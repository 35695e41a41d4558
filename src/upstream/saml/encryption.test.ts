import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { EncryptionOptions } from '#test/saml/encryption.ts';
import { type RespondOptions, signInto } from '#test/saml/idp.ts';
import { createScene, type Outcome, type Play } from '#test/saml/scene.ts';
import { removeSignatures } from '#test/saml/wrapping.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const stranger = makeCertifiedKey();

const toUs = (options: Partial<EncryptionOptions> = {}): Partial<RespondOptions> => ({
  encryptTo: { certificatePem: scene.own.certificatePem, cipher: 'aes256-cbc', ...options },
});
const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ 0x01;
    return changed;
  };
const verdictsOf = (outcome: Outcome): unknown => outcome.lines.map(({ at: _, ...line }) => line);

describe('faults of an encrypted assertion look alike (T41, T42)', () => {
  const faults: readonly (readonly [string, Partial<RespondOptions>, Play?])[] = [
    ['an inner signature of a stranger', { ...toUs(), signing: { key: stranger.privateKey } }],
    ['no inner signature', { ...toUs(), afterSigning: { assertion: removeSignatures } }],
    ['an inner assertion that was changed', { ...toUs(), afterSigning: { assertion: (xml) => xml.replace('f:9c1', 'admin') } }],
    ['an inner text that is no XML', { ...toUs(), afterSigning: { assertion: () => 'hello' } }],
    ['an inner document type', { ...toUs(), afterSigning: { assertion: (xml) => `<!DOCTYPE r>${xml}` } }],
    [
      'a wrapped inner assertion',
      {
        ...toUs(),
        afterSigning: { assertion: (xml) => xml.replace('<saml:Subject>', `${removeSignatures(xml)}<saml:Subject>`) },
      },
    ],
    [
      'another signed element in the place of the assertion',
      { ...toUs(), afterSigning: { assertion: () => signInto('<x ID="_1"></x>', scene.idp) } },
    ],
    ['a content key for somebody else', toUs({ certificatePem: stranger.certificatePem })],
    ['a content key of other bytes', toUs({ editKey: flip(7) })],
    ['a content key of wrong length', toUs({ editKey: (key) => key.subarray(1) })],
    ['wrong padding', toUs({ editContent: flip(-17 + 65_536) })],
    ['a changed first block', toUs({ editContent: flip(0) })],
  ];
  for (const [name, options, play] of faults) {
    it(`${name}: saml.decryption_failed, and nothing else to be seen`, async () => {
      assert.equal((await scene.play(toUs())).code, null, 'the valid control signs in');
      const outcome = await scene.play(options, play);
      const reference = await scene.play(toUs({ editKey: flip(0) }));
      assert.equal(outcome.code, 'saml.decryption_failed');
      assert.deepEqual(withoutSize(verdictsOf(outcome)), withoutSize(verdictsOf(reference)));
    });
  }

  it('every changed byte of CBC and GCM ciphertext is refused alike (256 places)', async () => {
    for (const cipher of ['aes128-cbc', 'aes256-gcm'] as const) {
      for (let at = 0; at < 128; at += 1) {
        const outcome = await scene.play(toUs({ cipher, editContent: flip(at * 13) }));
        assert.equal(outcome.code, 'saml.decryption_failed', `${cipher} ${at}`);
        assert.equal(outcome.lines.at(-1)?.received, undefined);
      }
    }
  });

  it('inside of a signed Response the ciphertext cannot be changed at all', async () => {
    assert.equal((await scene.play({ ...toUs(), sign: 'both' })).code, null);
    assert.equal(
      (await scene.play({ ...toUs(), sign: 'both' }, { xml: (xml) => xml.replace(/(<xenc:CipherValue>).{8}/, '$1AAAAAAAA') }))
        .code,
      'xml.signature_digest',
    );
  });

  it('an encrypted assertion inside of a signed Response still needs its own signature where the connection says so', async () => {
    const options = { ...toUs(), sign: 'response' as const };
    assert.equal((await scene.play(options)).code, null);
    assert.equal((await scene.play(options, { settings: { verifySignatureOf: 'both' } })).code, 'saml.decryption_failed');
    assert.equal((await scene.play({ ...toUs(), sign: 'both' }, { settings: { verifySignatureOf: 'both' } })).code, null);
  });
});

describe('forms of encryption that are refused by name', () => {
  const rows: readonly (readonly [string, string, Partial<RespondOptions>, Play?])[] = [
    ['T41: key transport rsa-1_5', 'xml.encryption_refused', toUs({ keyTransport: 'rsa-1_5' })],
    ['Triple DES', 'xml.encryption_refused', toUs({ cipher: 'tripledes-cbc' })],
    [
      'no content key',
      'xml.encryption_refused',
      toUs(),
      { xml: (xml) => xml.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, '') },
    ],
    [
      'five content keys',
      'xml.encryption_refused',
      toUs(),
      { xml: (xml) => xml.replace(/<xenc:EncryptedKey.*<\/xenc:EncryptedKey>/s, '$&$&$&$&$&') },
    ],
    [
      'a cipher reference',
      'xml.encryption_refused',
      toUs(),
      {
        xml: (xml) =>
          xml.replace(
            /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/,
            '<xenc:CipherReference URI="http://127.0.0.1:1/x"></xenc:CipherReference>',
          ),
      },
    ],
    ['half a block', 'xml.encryption_refused', toUs({ editContent: (bytes) => bytes.subarray(0, -8) })],
    [
      'a connection without a key',
      'saml.decryption_key_missing',
      toUs(),
      { settings: { keys: { signing: [], decryption: [] }, signRequests: false } },
    ],
  ];
  for (const [name, code, options, play] of rows) {
    it(`${name}: ${code}`, async () => {
      assert.equal((await scene.play(toUs())).code, null, 'the valid control signs in');
      assert.equal((await scene.play(options, play)).code, code);
    });
  }
});

/** The number of bytes that came is the sender's own doing and differs. */
function withoutSize(lines: unknown): unknown {
  return (lines as { step: string }[]).filter(({ step }) => step !== 'saml.message');
}
