import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { connectionDocument } from '../connections.schema.ts';
import { differencesBetween } from './differences.ts';
import type { Content } from './revision.ts';

const content = (document: Record<string, unknown>, secrets: Record<string, string> = {}): Content => ({
  document: connectionDocument.parse({
    kind: 'oidc',
    name: 'Acme',
    oidc: { issuer: 'https://a.example', clientId: 'c' },
    ...document,
  }),
  secrets,
});
const told = (before: Content, after: Content) =>
  differencesBetween(before, after).map(({ pointer, before: old, after: now, sensitive }) => [pointer, old, now, sensitive]);

describe('Differences', () => {
  test('of the same content are none, whatever the order of its members', () => {
    const reordered = content({ oidc: { clientId: 'c', issuer: 'https://a.example' } });
    assert.deepEqual(told(content({}), reordered), []);
  });

  test('are told by pointer, before and after, and which are sensitive', () => {
    const after = content({ name: 'Acme 2', oidc: { issuer: 'https://b.example', clientId: 'c' }, claims: { email: 'mail' } });
    assert.deepEqual(told(content({ claims: { phone: 'p' } }), after), [
      ['/name', 'Acme', 'Acme 2', false],
      ['/oidc/issuer', 'https://a.example', 'https://b.example', true],
      ['/claims/email', null, 'mail', true],
      ['/claims/phone', 'p', null, false],
    ]);
  });

  test('take null for what is not there', () => {
    assert.deepEqual(told(content({ oidc: { maxAgeSeconds: null } }), content({ oidc: {} })), []);
  });

  test('have a list as one value', () => {
    const after = content({ authentication: { domains: ['a.example', 'b.example'] } });
    assert.deepEqual(told(content({ authentication: { domains: ['a.example'] } }), after), [
      ['/authentication/domains', ['a.example'], ['a.example', 'b.example'], true],
    ]);
  });

  test('say of a secret only that it is another one, was set, or is gone', () => {
    const [none, one, other] = [
      content({}),
      content({}, { clientSecret: 'the-first' }),
      content({}, { clientSecret: 'the-second' }),
    ];
    assert.deepEqual(told(one, other), [['/oidc/clientSecret', 'set', 'set anew', true]]);
    assert.deepEqual(told(none, one), [['/oidc/clientSecret', null, 'set', true]]);
    assert.deepEqual(told(one, none), [['/oidc/clientSecret', 'set', null, true]]);
    assert.deepEqual(told(one, one), []);
    assert.doesNotMatch(JSON.stringify(differencesBetween(one, other)), /the-first|the-second/);
  });

  test('show certificates by fingerprint and expiry', () => {
    const pem = makeCertifiedKey().certificatePem;
    const saml = (verificationCertificates: string[]) =>
      content({ kind: 'saml', oidc: undefined, saml: { verificationCertificates } });
    const [found] = differencesBetween(saml([]), saml([pem]));
    const { fingerprint256, validToDate, subject } = new X509Certificate(pem);
    assert.deepEqual(found?.after, [
      { fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), subject, expiresAt: validToDate.toISOString() },
    ]);
    assert.deepEqual([found?.pointer, found?.sensitive], ['/saml/verificationCertificates', false], 'one more fails nobody');
    assert.doesNotMatch(JSON.stringify(found), /BEGIN CERTIFICATE/);
  });

  test('of a field that nobody has classified are sensitive', () => {
    const after = content({});
    const more = { ...after, document: { ...after.document, unheardOf: { deep: 1 } } as never };
    assert.deepEqual(told(after, more), [['/unheardOf/deep', null, 1, true]]);
  });

  test('of a switch are sensitive one way only', () => {
    const of = (enabled: boolean) => content({ authentication: { enabled } });
    assert.deepEqual(told(of(true), of(false)), [['/authentication/enabled', true, false, false]]);
    assert.deepEqual(told(of(false), of(true)), [['/authentication/enabled', false, true, true]]);
  });
});
