import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { createScene } from '#test/saml/scene.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const weak = makeCertifiedKey('rsa-1024');
const other = makeCertifiedKey('ec-p256');

function faultsOf(raw: unknown): Record<string, string> {
  try {
    saml.readSettings(raw);
  } catch (error) {
    assert.ok(isProblem(error, 'saml.settings_invalid'));
    return Object.fromEntries(error.errors.map(({ pointer, code }) => [pointer, code]));
  }
  return {};
}

describe('settings of a SAML connection', () => {
  it('are read with their defaults', () => {
    const settings = saml.readSettings(scene.raw());
    assert.equal(settings.ssoBinding, 'redirect');
    assert.equal(settings.verifySignatureOf, 'either');
    assert.equal(settings.signRequests, true);
    assert.equal(settings.enforceContext, true);
    assert.equal(settings.allowIdpInitiated, false);
    assert.equal(settings.verificationKeys.length, 1);
  });

  it('take a certificate as PEM and as bare base64 for one and the same', () => {
    const { certificatePem, certificateBase64 } = scene.idp.keys;
    assert.equal(
      saml.readSettings(scene.raw({ verificationCertificates: [certificatePem, certificateBase64] })).verificationKeys.length,
      1,
    );
  });

  const rows: readonly (readonly [string, Record<string, unknown>, Record<string, string>])[] = [
    ['an unknown field', { isuer: 'x' }, { '/isuer': 'unknown_field' }],
    ['no issuer', { issuer: undefined }, { '/issuer': 'required' }],
    ['an issuer of another type', { issuer: 7 }, { '/issuer': 'invalid_type' }],
    ['an issuer with white space', { issuer: 'https://idp.example.net ' }, { '/issuer': 'whitespace' }],
    ['an unsafe SSO address', { ssoUrl: 'javascript:alert(1)' }, { '/ssoUrl': 'endpoint_refused' }],
    ['an SSO address by http', { ssoUrl: 'http://idp.example.net/sso' }, { '/ssoUrl': 'endpoint_refused' }],
    ['an SSO address with a fragment', { ssoUrl: 'https://idp.example.net/sso#x' }, { '/ssoUrl': 'endpoint_refused' }],
    ['an SSO address with credentials', { ssoUrl: 'https://u:p@idp.example.net/sso' }, { '/ssoUrl': 'endpoint_refused' }],
    ['an SLO address of another kind', { sloUrl: 'data:text/html,x' }, { '/sloUrl': 'endpoint_refused' }],
    ['an unknown binding', { ssoBinding: 'artifact' }, { '/ssoBinding': 'invalid_value' }],
    ['no certificate', { verificationCertificates: [] }, { '/verificationCertificates': 'too_small' }],
    [
      'junk for a certificate',
      { verificationCertificates: ['junk'] },
      { '/verificationCertificates/0': 'certificate_malformed' },
    ],
    [
      'a private key for a certificate',
      { verificationCertificates: [other.privateKeyPem] },
      { '/verificationCertificates/0': 'certificate_malformed' },
    ],
    [
      'bytes behind a certificate',
      {
        verificationCertificates: [
          Buffer.concat([Buffer.from(other.certificateBase64, 'base64'), Buffer.alloc(3)]).toString('base64'),
        ],
      },
      { '/verificationCertificates/0': 'certificate_malformed' },
    ],
    [
      'a weak certificate',
      { verificationCertificates: [weak.certificatePem] },
      { '/verificationCertificates/0': 'key_not_allowed' },
    ],
    [
      'a login hint parameter of SAML itself',
      { loginHintParameter: 'RelayState' },
      { '/loginHintParameter': 'reserved_parameter' },
    ],
    ['a login hint parameter that is no name', { loginHintParameter: 'a b' }, { '/loginHintParameter': 'invalid_format' }],
    ['signed requests without a key', { keys: { signing: [], decryption: [] } }, { '/signRequests': 'signing_key_missing' }],
    [
      'several faults at once',
      { issuer: '', ssoUrl: 'x', verifySignatureOf: 'none' },
      { '/issuer': 'too_small', '/ssoUrl': 'endpoint_refused', '/verifySignatureOf': 'invalid_value' },
    ],
  ];
  for (const [name, changed, expected] of rows) {
    it(`${name}: refused, with a pointer`, () => {
      assert.deepEqual(faultsOf(scene.raw()), {}, 'the valid control is read');
      assert.deepEqual(faultsOf(scene.raw(changed)), expected);
    });
  }

  it('allow http on this very computer', () => {
    for (const host of ['localhost:18450', '127.0.0.1:18450', '[::1]:18450', 'idp.localhost']) {
      assert.deepEqual(faultsOf(scene.raw({ ssoUrl: `http://${host}/sso` })), {});
    }
    for (const host of ['localhost.evil.example', '127.0.0.1.evil.example', '2130706433.example']) {
      assert.deepEqual(faultsOf(scene.raw({ ssoUrl: `http://${host}/sso` })), { '/ssoUrl': 'endpoint_refused' });
    }
  });
});
