import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { connectionDocument } from '../connections.schema.ts';
import { settingsSchema } from '../oidc/index.ts';
import { samlFields } from '../saml/index.ts';
import { fieldRules } from './fields.ts';

type Schema = z.core.$ZodType;

/** What a schema really is, under its defaults and refinements. */
function bare(schema: Schema): Schema {
  const { innerType, in: input } = schema._zod.def as { innerType?: Schema; in?: Schema };
  const inner = innerType ?? input;
  return inner ? bare(inner) : schema;
}

/** Pointers of the fields of a schema, as deep as nobody has said that a field is one value. */
function pointersOf(schema: Schema, at = ''): string[] {
  if (Object.hasOwn(fieldRules, at)) return [at];
  const object = bare(schema);
  if (!(object instanceof z.ZodObject)) return [at];
  return Object.entries(object.shape).flatMap(([name, inner]) => pointersOf(inner as Schema, `${at}/${name}`));
}

const protocols = {
  oidc: [
    settingsSchema({ kind: 'oidc', allowPrivateNetwork: false }),
    settingsSchema({ kind: 'microsoft-oidc', allowPrivateNetwork: false }),
  ],
  saml: [samlFields],
};
const existing = [
  ...pointersOf(connectionDocument).filter((pointer) => pointer !== '/oidc' && pointer !== '/saml'),
  ...Object.entries(protocols).flatMap(([member, schemas]) => schemas.flatMap((schema) => pointersOf(schema, `/${member}`))),
];

describe('The table of fields', () => {
  test('says of every field of the document and of both protocols what a change of it does', () => {
    assert.ok(
      existing.includes('/oidc/issuer') && existing.includes('/claims/email') && existing.length > 60,
      'the schemas are read',
    );
    const missing = existing.filter((pointer) => !Object.hasOwn(fieldRules, pointer));
    assert.deepEqual(missing, [], 'fields that src/upstream/revisions/fields.ts must classify');
  });

  test('has no field that there is not', () => {
    assert.deepEqual(
      Object.keys(fieldRules).filter((pointer) => !existing.includes(pointer)),
      [],
    );
  });

  test('gives a reason for each', () => {
    for (const [pointer, { because }] of Object.entries(fieldRules)) assert.ok(because.length > 5, pointer);
  });
});

describe('A change of a sensitive field is harmless', () => {
  const [one, other] = [makeCertifiedKey().certificatePem, makeCertifiedKey().certificatePem];
  const bareBase64 = one.replace(/-----[^-]+-----|\s/g, '');
  const cases: [pointer: string, before: unknown, after: unknown, harmless: boolean][] = [
    ['/saml/verificationCertificates', [one], [one, other], true],
    ['/saml/verificationCertificates', [one], [other, one], true],
    ['/saml/verificationCertificates', [one], [bareBase64], true],
    ['/saml/verificationCertificates', [one, other], [one], false],
    ['/saml/verificationCertificates', [one], [other], false],
    ['/saml/repeatableAttributes', ['Role'], [], true],
    ['/saml/repeatableAttributes', [], ['Role'], false],
    ['/oidc/enforceContext', false, true, true],
    ['/oidc/enforceContext', true, false, false],
    ['/oidc/requirePkce', true, false, false],
    ['/oidc/authorizationResponseIssParameterSupported', true, false, false],
    ['/oidc/authorizationResponseIssParameterSupported', false, true, true],
    ['/oidc/acrValues', [], ['high'], true],
    ['/oidc/acrValues', ['high', 'low'], ['high'], true],
    ['/oidc/acrValues', ['high'], ['high', 'low'], false],
    ['/oidc/acrValues', ['high'], [], false],
    ['/oidc/amrValues', ['mfa'], ['mfa', 'pwd'], true],
    ['/oidc/amrValues', ['mfa', 'pwd'], ['mfa'], false],
    ['/oidc/maxAgeSeconds', undefined, 60, true],
    ['/oidc/maxAgeSeconds', 60, 30, true],
    ['/oidc/maxAgeSeconds', 60, 90, false],
    ['/oidc/maxAgeSeconds', 60, undefined, false],
    ['/saml/requestedAuthnContexts', ['a'], [], false],
    ['/saml/requestedAuthnContexts', ['a', 'b'], ['b'], true],
    ['/saml/forceAuthn', true, false, false],
    ['/saml/forceAuthn', false, true, true],
    ['/saml/allowIdpInitiated', false, true, false],
    ['/saml/allowIdpInitiated', true, false, true],
    ['/oidc/allowThirdPartyInitiated', false, true, false],
    ['/oidc/allowThirdPartyInitiated', true, false, true],
  ];
  for (const [pointer, before, after, harmless] of cases) {
    test(`${pointer}: ${show(before)} to ${show(after)}: ${harmless}`, () => {
      assert.equal(fieldRules[pointer]?.harmless?.(before, after), harmless);
    });
  }
  function show(value: unknown): string {
    return (JSON.stringify(value) ?? 'nothing').replaceAll(/"[^"]{30,}"/g, (text) => (text.includes('BEGIN') ? 'pem' : 'base64'));
  }
});
