import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionDocument } from '../connections.schema.ts';
import { warningsOf } from './warnings.ts';

const GUID = '4F1C0B5E-5a0c-4ac5-8d6f-2f1d0a6f7b11';
const google = { issuer: 'https://accounts.google.com' };
const rules = [{ claim: 'hd', operator: 'equals', values: ['acme.example'] }];

describe('A stored identity provider is questioned', () => {
  const rows: [name: string, document: Record<string, unknown>, secret: string | undefined, codes: string[]][] = [
    ['a secret of Entra’s that looks like its id', { kind: 'microsoft-oidc', oidc: {} }, GUID, ['secret_looks_like_id']],
    ['with spaces round it', { kind: 'microsoft-oidc', oidc: {} }, ` ${GUID}\n`, ['secret_looks_like_id']],
    [
      'of Entra as generic OpenID Connect, too',
      { kind: 'oidc', oidc: { issuer: `https://login.microsoftonline.com/${GUID}/v2.0` } },
      GUID,
      ['secret_looks_like_id'],
    ],
    ['a value is none', { kind: 'microsoft-oidc', oidc: {} }, 'Qx~8Q~ZxValueOfASecret_0123456789abcdefgh', []],
    ['no secret is none', { kind: 'microsoft-oidc', oidc: {} }, undefined, []],
    ['elsewhere a GUID is a secret like any other', { kind: 'oidc', oidc: { issuer: 'https://idp.acme.example' } }, GUID, []],
    [
      'the directory of personal accounts',
      { kind: 'microsoft-oidc', oidc: { directoryId: '9188040D-6c67-4c5b-b112-36a304b66dad' } },
      undefined,
      ['entra_personal_accounts'],
    ],
    ['Google that makes accounts', { kind: 'oidc', oidc: google, users: { create: true } }, undefined, ['google_any_account']],
    ['Google that makes none', { kind: 'oidc', oidc: google }, undefined, []],
    [
      'Google behind a gate',
      { kind: 'oidc', oidc: google, users: { create: true }, access: { mode: 'rules', rules } },
      undefined,
      [],
    ],
    [
      'Google with rules that are not in force',
      { kind: 'oidc', oidc: google, users: { create: true }, access: { mode: 'everyone', rules } },
      undefined,
      ['google_any_account'],
    ],
    [
      'Okta Workforce with addresses of Okta Customer Identity',
      { kind: 'oidc', preset: 'okta', oidc: { issuer: 'https://acme.auth0.com/' } },
      undefined,
      ['preset_differs'],
    ],
    [
      'another vendor by SAML',
      { kind: 'saml', preset: 'okta', saml: { issuer: 'https://id.acme.example/realms/acme' } },
      undefined,
      ['preset_differs'],
    ],
    [
      'the general preset fits everybody',
      { kind: 'oidc', preset: 'generic-oidc', oidc: { issuer: 'https://acme.okta.com' } },
      undefined,
      [],
    ],
    ['the very vendor', { kind: 'oidc', preset: 'okta', oidc: { issuer: 'https://acme.okta.com' } }, undefined, []],
    [
      'a vendor under a host that nobody knows',
      { kind: 'oidc', preset: 'okta', oidc: { issuer: 'https://id.acme.example' } },
      undefined,
      [],
    ],
    [
      'a second factor that is asked for and not demanded',
      { kind: 'oidc', oidc: { amrValues: ['mfa'], enforceContext: false } },
      undefined,
      ['context_not_enforced'],
    ],
    ['nothing is asked, so nothing is demanded', { kind: 'oidc', oidc: { acrValues: [], enforceContext: false } }, undefined, []],
    ['Google by SAML is one Workspace', { kind: 'saml', saml: google, users: { create: true } }, undefined, []],
  ];
  for (const [name, given, clientSecret, codes] of rows) {
    it(name, () => {
      const document = connectionDocument.parse({ name: 'Acme', ...given });
      const warnings = warningsOf(document, clientSecret === undefined ? {} : { clientSecret });
      assert.deepEqual(
        warnings.map(({ code }) => code),
        codes,
      );
      if (clientSecret !== undefined) assert.ok(!JSON.stringify(warnings).includes(clientSecret.trim()));
    });
  }
});
