import assert from 'node:assert/strict';
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { askOpenssl } from '#test/openssl.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { makeRsaKey } from './make-keys.job.ts';
import { newKey } from './new-key.ts';
import { makeCertificate } from './own-certificate.ts';
import { handOver } from './own-keys.ts';

let pair: Awaited<ReturnType<typeof makeRsaKey>>;
before(async () => {
  pair = await makeRsaKey();
});

const from = new Date('2026-11-23T09:00:00Z');

function make(change: Partial<Parameters<typeof makeCertificate>[0]> = {}): string {
  return makeCertificate({
    ...pair,
    commonName: 'Sallyport idp_1',
    serial: createHash('sha256').update('serial').digest().subarray(0, 16),
    notBefore: from,
    notAfter: new Date('2029-11-22T09:00:00Z'),
    use: 'signature',
    ...change,
  });
}

describe('A certificate of our own', () => {
  test('is read back with its key, name, times and a signature by itself', () => {
    const certificate = new X509Certificate(make());
    assert.equal(certificate.subject, 'CN=Sallyport idp_1');
    assert.equal(certificate.issuer, certificate.subject);
    assert.equal(certificate.validFromDate.toISOString(), from.toISOString());
    assert.equal(certificate.validToDate.toISOString(), '2029-11-22T09:00:00.000Z');
    assert.equal(certificate.ca, false);
    assert.equal(certificate.checkPrivateKey(pair.privateKey), true);
    assert.equal(certificate.verify(pair.publicKey), true);
    assert.deepEqual(certificate.publicKey.export({ format: 'jwk' }), pair.publicKey.export({ format: 'jwk' }));
  });

  test('is not verified by another key', async () => {
    const other = await makeRsaKey();
    assert.equal(new X509Certificate(make()).verify(other.publicKey), false);
  });

  for (const [first, last] of [
    ['00', '00'],
    ['ff', 'ff'],
    ['80', '01'],
    ['7f', '00'],
  ]) {
    test(`has a positive serial of full length, also from bytes ${first}…${last}`, () => {
      const serial = Buffer.concat([Buffer.from(first!, 'hex'), Buffer.alloc(14), Buffer.from(last!, 'hex')]);
      assert.match(new X509Certificate(make({ serial })).serialNumber, /^[4-7][0-9A-F]{31}$/);
    });
  }

  test('tells times on both sides of 2050', () => {
    const certificate = new X509Certificate(
      make({ notBefore: new Date('2049-12-31T23:59:59Z'), notAfter: new Date('2050-01-01T00:00:00Z') }),
    );
    assert.equal(certificate.validFromDate.toISOString(), '2049-12-31T23:59:59.000Z');
    assert.equal(certificate.validToDate.toISOString(), '2050-01-01T00:00:00.000Z');
  });

  test('keeps to the longest common name that RFC 5280 allows', () => {
    assert.equal(new X509Certificate(make({ commonName: 'x'.repeat(200) })).subject, `CN=${'x'.repeat(64)}`);
  });

  for (const [use, expected] of [
    ['signature', /Digital Signature\n/],
    ['encryption', /Key Encipherment, Data Encipherment\n/],
  ] as const) {
    test(`is understood by OpenSSL, with the usage for ${use}`, () => {
      const read = askOpenssl(['x509', '-noout', '-text'], make({ use }));
      assert.equal(read.status, 0, read.stderr);
      assert.match(read.stdout, /Version: 3 \(0x2\)/);
      assert.match(read.stdout, /Basic Constraints: critical\s+CA:FALSE/);
      assert.match(read.stdout, expected);
      assert.match(read.stdout, /Subject Key Identifier/);
    });
  }

  test('verifies for OpenSSL when it is pinned', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'own.pem');
    writeFileSync(file, make());
    const at = String(from.getTime() / 1000 + 60);
    const read = askOpenssl(['verify', '-partial_chain', '-check_ss_sig', '-attime', at, '-trusted', file, file]);
    assert.equal(read.status, 0, read.stderr);
  });
});

describe('A new key', () => {
  test('comes with a certificate that is valid a day before it was made and for three years', async () => {
    const world = createTestWorld();
    const key = await newKey({ world, makeRsaKey }, 'idp_1' as ConnectionId, 'decryption');
    const certificate = new X509Certificate(key.certificatePem);
    assert.equal(certificate.validFromDate.getTime(), world.now().getTime() - 86_400_000);
    assert.equal(certificate.validToDate.getTime(), key.expiresAt.getTime());
    assert.equal(key.expiresAt.getTime() - world.now().getTime(), 1095 * 86_400_000);
    assert.match(key.privateKeyPem, /^-----BEGIN PRIVATE KEY-----/);
  });

  test('is handed over with its thumbprints and public half, and nothing secret', async () => {
    const key = await newKey({ world: createTestWorld(), makeRsaKey }, 'idp_1' as ConnectionId, 'client-assertion');
    const handed = handOver(key);
    const der = new X509Certificate(key.certificatePem).raw;
    assert.equal(handed.thumbprints.sha1, createHash('sha1').update(der).digest('hex'));
    assert.equal(handed.thumbprints.x5t, createHash('sha1').update(der).digest('base64url'));
    assert.equal(handed.thumbprints.sha256, createHash('sha256').update(der).digest('hex'));
    assert.deepEqual(Object.keys(handed.jwk).sort(), ['e', 'kid', 'kty', 'n', 'use']);
    assert.equal(
      createPublicKey({ key: handed.jwk, format: 'jwk' }).equals(new X509Certificate(key.certificatePem).publicKey),
      true,
    );
    assert.doesNotMatch(JSON.stringify(handed), /PRIVATE/);
  });
});
