import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { certify, makeCertifiedKey } from '#test/saml/certificate.ts';
import { createScene, NOON, type Scene } from '#test/saml/scene.ts';
import { saml } from './index.ts';

const days = (count: number): Date => new Date(NOON.getTime() + count * 86_400_000);
const pair = makeCertifiedKey();
const own = makeCertifiedKey();

/** The same provider, whose certificate is valid from and until. */
function sceneOf(notBefore: Date, notAfter: Date): Scene {
  return createScene(saml, { idp: certify(pair.privateKey, pair.publicKey, { notBefore, notAfter }), own });
}
const valid = sceneOf(days(-100), days(100));
const expired = sceneOf(days(-100), days(-1));
const tooEarly = sceneOf(days(1), days(100));
const demanded = { settings: { requireValidCertificates: true } };
const encrypted = { encryptTo: { certificatePem: own.certificatePem, cipher: 'aes256-gcm' } } as const;

describe('The dates of a pinned certificate (SAML Metadata Interoperability Profile §2.6.1)', () => {
  it('stop nobody: an expired one signs people in, and the trace tells its dates', async () => {
    for (const scene of [expired, tooEarly]) {
      const outcome = await scene.play();
      assert.equal(outcome.code, null);
      const line = outcome.lines.find(({ step }) => step === 'saml.certificate_dates');
      assert.equal(line?.verdict, 'noted');
      assert.match(JSON.stringify(line), /2026-11-2\d/);
    }
    assert.equal(
      (await valid.play()).lines.some(({ step }) => step === 'saml.certificate_dates'),
      false,
    );
  });

  const rows: [name: string, scene: Scene, options: Parameters<Scene['play']>[0], code: string | null][] = [
    ['a valid one', valid, {}, null],
    ['a valid one, both signed', valid, { sign: 'both' }, null],
    ['a valid one, encrypted', valid, encrypted, null],
    ['an expired one of the assertion', expired, { sign: 'assertion' }, 'saml.certificate_expired'],
    ['an expired one of the response', expired, { sign: 'response' }, 'saml.certificate_expired'],
    ['an expired one inside of what is encrypted', expired, encrypted, 'saml.certificate_expired'],
    ['one that is not valid yet', tooEarly, {}, 'saml.certificate_not_yet_valid'],
  ];
  for (const [name, scene, options, code] of rows) {
    it(`stop a sign-in where valid ones are demanded: ${name}: ${code ?? 'signs in'}`, async () => {
      const outcome = await scene.play(options, demanded);
      assert.equal(outcome.code, code);
      const refusals = outcome.lines.filter(({ verdict }) => verdict === 'refused').map((line) => line.code);
      assert.deepEqual(refusals, code === null ? [] : [code]);
    });
  }

  it('are looked at only when the signature is good: a stranger learns nothing of them', async () => {
    const stranger = makeCertifiedKey();
    const outcome = await expired.play({ signing: { key: stranger.privateKey } }, demanded);
    assert.equal(outcome.code, 'xml.signature_value');
    assert.equal(
      (await expired.play({ ...encrypted, signing: { key: stranger.privateKey } }, demanded)).code,
      'saml.decryption_failed',
    );
  });

  it('the moment of expiry itself is too late, the one before is not', async () => {
    const scene = sceneOf(days(-1), new Date(NOON.getTime() + 60_000));
    assert.equal((await scene.play({}, { ...demanded, at: 59 })).code, null);
    assert.equal((await scene.play({}, { ...demanded, at: 60 })).code, 'saml.certificate_expired');
  });

  it('the first moment is not too early, the one before is', async () => {
    const scene = sceneOf(new Date(NOON.getTime() + 60_000), days(1));
    assert.equal((await scene.play({}, { ...demanded, at: 59 })).code, 'saml.certificate_not_yet_valid');
    assert.equal((await scene.play({}, { ...demanded, at: 60 })).code, null);
  });
});
