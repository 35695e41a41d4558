import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { connectionDocument } from '../connections.schema.ts';
import { dueNotices, type NoticeKey, textOfKey } from './due-notices.ts';
import { expiriesOf, type KeyFacts } from './expiries-of.ts';
import { daysLeft, type Expiry, stateOf } from './expiry.ts';
import { expiryWarnings } from './expiry-warnings.ts';
import { wordsFor } from './expiry-words.ts';
import { describeExpiry } from './health-json.ts';
import { writeICalendar } from './icalendar.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY);
const soon = makeCertifiedKey('ec-p256', { notBefore: inDays(-300), notAfter: inDays(20) });
const late = makeCertifiedKey('ec-p256', { notBefore: inDays(-1), notAfter: inDays(700) });
const id = 'idp_1' as ConnectionId;

function connection(change: Record<string, unknown>) {
  return { id, document: connectionDocument.parse({ kind: 'saml', name: 'Acme', enabled: true, ...change }) };
}
const key = (change: Partial<KeyFacts>): KeyFacts => ({
  id: 'key_1',
  use: 'signing',
  state: 'active',
  expiresAt: inDays(40),
  ...change,
});
const saml = (...certificates: string[]) => connection({ saml: { verificationCertificates: certificates } });
const oidc = (change: Record<string, unknown>) => connection({ kind: 'oidc', oidc: { clientId: 'client', ...change } });
const shown = (expiries: readonly Expiry[]) => expiries.map(({ kind, pointer, replaced }) => [kind, pointer, replaced]);
const collect = (of: ReturnType<typeof connection>, keys: KeyFacts[] = [], metadataValidUntil: Date | null = null) =>
  expiriesOf({ connection: of, keys, metadataValidUntil });

describe('What expires', () => {
  it('is each certificate of the provider, by its fingerprint; one that has a successor is replaced', () => {
    const found = collect(saml(late.certificateBase64, soon.certificatePem));
    assert.deepEqual(shown(found), [
      ['verification-certificate', '/saml/verificationCertificates/1', true],
      ['verification-certificate', '/saml/verificationCertificates/0', false],
    ]);
    assert.match(found[0]?.what ?? '', /^[0-9a-f]{64}$/);
    assert.equal(found[0]?.expiresAt.getTime(), inDays(20).getTime());
  });

  it('is the only certificate, which nothing replaces', () =>
    assert.deepEqual(shown(collect(saml(soon.certificatePem))), [
      ['verification-certificate', '/saml/verificationCertificates/0', false],
    ]));

  it('keeps people out where it is a secret, or a certificate that has to be valid', () => {
    const keepsOut = (change: Record<string, unknown>) => collect(connection(change)).map((expiry) => expiry.keepsOut);
    const verificationCertificates = [soon.certificatePem];
    assert.deepEqual(keepsOut({ saml: { verificationCertificates } }), [false]);
    assert.deepEqual(keepsOut({ saml: { verificationCertificates, requireValidCertificates: true } }), [true]);
    const both = { verificationCertificates: [soon.certificatePem, late.certificatePem], requireValidCertificates: true };
    assert.deepEqual(
      shown(collect(connection({ saml: both }))).map(([, , replaced]) => replaced),
      [false, false],
    );
    assert.deepEqual(keepsOut({ kind: 'oidc', oidc: { clientSecretExpiresAt: inDays(1).toISOString() } }), [true]);
  });

  it('is not hidden by a certificate that nobody can read', () =>
    assert.equal(collect(saml('nonsense', soon.certificatePem)).length, 1));

  it('is the client secret, where it is what we authenticate with', () => {
    const clientSecretExpiresAt = inDays(20).toISOString();
    assert.deepEqual(shown(collect(oidc({ clientSecretExpiresAt }))), [['client-secret', '/oidc/clientSecretExpiresAt', false]]);
    for (const clientAuthentication of ['private_key_jwt', 'none'])
      assert.deepEqual(collect(oidc({ clientSecretExpiresAt, clientAuthentication })), []);
    assert.deepEqual(collect(oidc({})), []);
  });

  it('is each key of ours that is in use; a retired one is replaced', () => {
    const keys = [
      key({}),
      key({ id: 'key_2', use: 'decryption', state: 'retired' }),
      key({ id: 'key_3', use: 'client-assertion' }),
    ];
    assert.deepEqual(shown(collect(saml(), keys)), [
      ['own-key', null, false],
      ['own-key', null, true],
    ]);
    assert.equal(collect(oidc({ clientAuthentication: 'private_key_jwt' }), keys.slice(2)).length, 1);
  });

  it('says what a key of ours is for, in the calendar and in words', () => {
    const found = collect(saml(), [key({}), key({ id: 'key_2', use: 'decryption' })]);
    assert.deepEqual(
      found.map((expiry) => [describeExpiry(expiry, NOW).use, wordsFor('own-key', 'en').title(expiry)]),
      [
        ['signing', 'Our signing key towards Acme (key_1)'],
        ['decryption', 'Our decryption key towards Acme (key_2)'],
      ],
    );
    const [secret] = collect(oidc({ clientSecretExpiresAt: inDays(20).toISOString() }));
    assert.equal(secret && describeExpiry(secret, NOW).use, null);
  });

  it('is metadata that says how long it is valid', () =>
    assert.deepEqual(shown(collect(saml(), [], inDays(3))), [['metadata', '/saml/metadataUrl', false]]));

  for (const [days, state] of [
    [-1, 'expired'],
    [0, 'expired'],
    [0.5, 'urgent'],
    [7, 'urgent'],
    [7.1, 'soon'],
    [60, 'soon'],
    [61, 'later'],
  ] as const)
    it(`is ${state} ${days} days ahead`, () =>
      assert.equal(stateOf({ kind: 'client-secret', expiresAt: inDays(days) }, NOW), state));

  it('is not soon for metadata, which is published anew all the time', () => {
    assert.equal(stateOf({ kind: 'metadata', expiresAt: inDays(1) }, NOW), 'later');
    assert.equal(stateOf({ kind: 'metadata', expiresAt: inDays(-1) }, NOW), 'expired');
  });

  it('has whole days left', () => {
    assert.deepEqual(
      [inDays(1), inDays(0.9), inDays(-0.1), inDays(30.5)].map((at) => daysLeft(at, NOW)),
      [1, 0, -1, 30],
    );
  });
});

describe('The warnings of a provider', () => {
  it('name what ends within 60 days and has no successor', () => {
    assert.deepEqual(
      expiryWarnings(saml(soon.certificatePem), NOW).map(({ code, pointer }) => [code, pointer]),
      [['expires_soon', '/saml/verificationCertificates/0']],
    );
    assert.deepEqual(expiryWarnings(saml(soon.certificatePem, late.certificatePem), NOW), []);
    assert.deepEqual(
      expiryWarnings(oidc({ clientSecretExpiresAt: inDays(-3).toISOString() }), NOW).map(({ code }) => code),
      ['expired'],
    );
    assert.deepEqual(
      expiryWarnings(saml(), NOW, { keys: [key({})] }).map(({ code }) => code),
      ['expires_soon'],
    );
  });
});

describe('Notices', () => {
  const secret = (days: number, change: Record<string, unknown> = {}) =>
    collect(connection({ kind: 'oidc', oidc: { clientId: 'c', clientSecretExpiresAt: inDays(days).toISOString() }, ...change }));
  const due = (expiries: Expiry[], told: NoticeKey[] = []) => {
    const known = new Set(told.map(textOfKey));
    return dueNotices(expiries, NOW, (one) => known.has(textOfKey(one))).map(({ key: { daysAhead }, passed }) => [
      daysAhead,
      passed.map((one) => one.daysAhead),
    ]);
  };

  for (const [days, then] of [
    [61, []],
    [60, [[60, []]]],
    [59, [[60, []]]],
    [30, [[30, [60]]]],
    [20, [[30, [60]]]],
    [7, [[7, [60, 30]]]],
    [1, [[1, [60, 30, 7]]]],
    [0.5, [[1, [60, 30, 7]]]],
    [0, [[0, [60, 30, 7, 1]]]],
    [-400, [[0, [60, 30, 7, 1]]]],
  ] as const)
    it(`${days} days ahead of what nobody was told of: ${then.length === 0 ? 'none' : `one, of ${then[0]?.[0]} days`}`, () =>
      assert.deepEqual(due(secret(days)), then));

  it('are not repeated', () => {
    const [notice] = dueNotices(secret(20), NOW, () => false);
    assert.ok(notice);
    assert.deepEqual(due(secret(20), [notice.key]), []);
    assert.deepEqual(due(secret(7), [notice.key]), [[7, [60, 30]]]);
  });

  it('begin anew for a new secret with another end', () => {
    const [notice] = dueNotices(secret(20), NOW, () => false);
    assert.ok(notice);
    assert.deepEqual(due(secret(19), [notice.key]), [[30, [60]]]);
  });

  it('are not given of a provider that is off, nor of what has a successor', () => {
    assert.deepEqual(due(secret(20, { enabled: false })), []);
    assert.deepEqual(due(collect(saml(soon.certificatePem, late.certificatePem))), []);
    assert.deepEqual(due(collect(saml(soon.certificatePem))), [[30, [60]]]);
  });

  it('are given of metadata once it has ended, not ahead', () => {
    assert.deepEqual(due(collect(saml(), [], inDays(1))), []);
    assert.deepEqual(due(collect(saml(), [], inDays(-1))), [[0, []]]);
  });
});

describe('The calendar for a calendar program', () => {
  const text = writeICalendar(
    collect(connection({ name: 'Acme; "GmbH", Köln', saml: { verificationCertificates: [soon.certificatePem] } })),
    NOW,
  );

  it('has an event a thing, on its day, with a reminder (RFC 5545 §3.6.1)', () => {
    const unfolded = text.replaceAll('\r\n ', '');
    assert.match(unfolded, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    assert.match(unfolded, /\r\nDTSTART;VALUE=DATE:20261213\r\n/);
    assert.match(unfolded, /\r\nSUMMARY:Certificate that Acme\\; "GmbH"\\, Köln signs with/);
    assert.match(unfolded, /\r\nTRIGGER:-P7D\r\n/);
    assert.equal(unfolded.split('BEGIN:VEVENT').length, 2);
  });

  it('has lines of at most 75 octets (RFC 5545 §3.1)', () => {
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  });
});
