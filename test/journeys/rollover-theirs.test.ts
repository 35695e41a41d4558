import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CertifiedKey, certify, makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import {
  acme,
  asked,
  certificateOf,
  connect,
  forgetAsked,
  idp,
  metadataUrl,
  newKey,
  oldKey,
  type Provider,
  publish,
  setUp,
  signIn,
  signingWith,
  underLoad,
} from './rollover.fixture.ts';

setUp();

const metadataOf = (keys: CertifiedKey): string => createSamlIdp({ ...idp, keys }).metadata();

describe('The provider rolls its signing key over under load, on two nodes, and nobody’s sign-in fails', () => {
  it('when both certificates are set', async () => {
    const certificates = [oldKey.certificatePem, newKey.certificatePem];
    const connection = await connect('both', { verificationCertificates: certificates });
    let current = oldKey;
    await underLoad(
      connection,
      signingWith(() => current),
      { 16: () => (current = newKey) },
    );
  });

  it('when an administrator adds the new certificate and later takes the old one away', async () => {
    const connection = await connect('by-hand', {});
    let current = oldKey;
    await underLoad(
      connection,
      signingWith(() => current),
      {
        8: async () => {
          const both = [oldKey.certificatePem, newKey.certificatePem];
          const path = `/api/v1/identity-providers/${connection.id}`;
          const { status } = await acme.api.call('PATCH', path, { saml: { verificationCertificates: both } });
          assert.equal(status, 200, 'a certificate that is added is live at once');
        },
        16: () => (current = newKey),
        // All that were signed with the old key have arrived: so many more have ended.
        32: () => connection.change({ saml: { verificationCertificates: [newKey.certificatePem] } }),
      },
    );
  });

  it('when its metadata alone tells the new certificate, at the very moment', async () => {
    publish(metadataOf(oldKey));
    const connection = await connect('metadata', { metadataUrl });
    let current = oldKey;
    forgetAsked();
    await underLoad(
      connection,
      signingWith(() => current),
      {
        16: () => {
          publish(metadataOf(newKey));
          current = newKey;
        },
      },
    );
    assert.equal(asked, 1, 'one question, by one node');
    const { json } = await acme.api.call('GET', `/api/v1/identity-providers/${connection.id}`);
    assert.equal(
      (json['saml'] as unknown as { verificationCertificates: string[] }).verificationCertificates.length,
      2,
      'the old one stays',
    );
  });

  it('when the assertion is encrypted, and its metadata alone tells', async () => {
    publish(metadataOf(oldKey));
    const keys = { certificate: '' };
    const sealed = (current: () => CertifiedKey): Provider => ({
      answer: (request) => ({
        ...signingWith(current).answer(request),
        encryptTo: { certificatePem: keys.certificate, cipher: 'aes256-gcm' },
      }),
    });
    const connection = await connect('sealed', { metadataUrl });
    keys.certificate = await certificateOf(connection, 'decryption');
    let current = oldKey;
    await underLoad(
      connection,
      sealed(() => current),
      {
        16: () => {
          publish(metadataOf(newKey));
          current = newKey;
        },
      },
    );
  });

  it('and a stranger’s key stays a stranger’s: metadata is asked once, and the sign-in is refused', async () => {
    publish(metadataOf(oldKey));
    const connection = await connect('stranger', { metadataUrl });
    const stranger = makeCertifiedKey();
    forgetAsked();
    for (let at = 0; at < 6; at += 1) {
      const visit = await signIn(
        connection,
        signingWith(() => stranger),
        at,
      );
      assert.equal(visit.status, 403, visit.body);
      assert.match(visit.body, /xml\.signature_value/);
    }
    assert.equal(asked, 1);
  });
});

describe('A certificate of the provider that has expired', () => {
  const expired = certify(oldKey.privateKey, oldKey.publicKey, { notAfter: new Date(Date.now() - 86_400_000) });
  const set = { verificationCertificates: [expired.certificatePem] };

  it('is pinned, and people sign in; where valid ones are demanded, the sign-in is refused and says why', async () => {
    const connection = await connect('expired', set);
    await connection.change({ saml: { requireValidCertificates: true } });
    const visit = await signIn(
      connection,
      signingWith(() => oldKey),
      0,
    );
    assert.equal(visit.status, 403);
    assert.match(visit.body, /saml\.certificate_expired/);
    await connection.change({ saml: { requireValidCertificates: false } });
    assert.equal(
      (
        await signIn(
          connection,
          signingWith(() => oldKey),
          1,
        )
      ).status,
      303,
    );
  });
});
