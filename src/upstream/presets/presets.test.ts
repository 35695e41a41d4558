import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import { type ConnectionKind, connectionKinds } from '../connection.ts';
import { connectionDocument, defaultClaims } from '../connections.schema.ts';
import { readDocument } from '../read-document.ts';
import { createRegistry } from '../registry.ts';
import { kindsOf, presetFaults, sharedDirectoryFaults, withPreset } from './apply-preset.ts';
import { describeProvider, findPreset, presetOf, presets, recognise } from './list.ts';
import type { Traits } from './preset.ts';

const DIRECTORY = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const entraSaml = `https://login.microsoftonline.com/${DIRECTORY}/federationmetadata/2007-06/federationmetadata.xml?appid=4f1c0b5e-5a0c-4ac5-8d6f-2f1d0a6f7b11`;

/** Addresses as the vendors publish them. */
const samples: [preset: string | null, traits: Traits][] = [
  ['entra', { issuer: `https://login.microsoftonline.com/${DIRECTORY}/v2.0` }],
  ['entra', { issuer: `https://login.microsoftonline.us/${DIRECTORY}/v2.0` }],
  ['entra', { issuer: `https://login.partner.microsoftonline.cn/${DIRECTORY}/v2.0` }],
  ['entra', { issuer: `https://sts.windows.net/${DIRECTORY}/` }],
  ['entra', { issuer: `https://sts.windows.net/${DIRECTORY}/`, metadataUrl: entraSaml }],
  ['entra', { authorizationEndpoint: `https://login.microsoftonline.com/${DIRECTORY}/oauth2/v2.0/authorize` }],
  ['okta', { issuer: 'https://acme.okta.com' }],
  ['okta', { issuer: 'https://acme.okta.com/oauth2/default' }],
  ['okta', { issuer: 'https://acme.oktapreview.com/oauth2/aus9o8wzkhckw9TLa0h7z' }],
  ['okta', { issuer: 'https://acme.okta-emea.com' }],
  ['okta', { issuer: 'http://www.okta.com/exk1fcia6d6EMsf331d8' }],
  ['okta', { metadataUrl: 'https://acme.okta.com/app/exk1fcia6d6EMsf331d8/sso/saml/metadata' }],
  ['okta', { issuer: 'https://login.acme.example', authorizationEndpoint: 'https://login.acme.example/oauth2/v1/authorize' }],
  ['okta', { ssoUrl: 'https://login.acme.example/app/acme_sallyport_1/exk1fcia6d6EMsf331d8/sso/saml' }],
  ['auth0', { issuer: 'https://acme.auth0.com/' }],
  ['auth0', { issuer: 'https://acme.eu.auth0.com/' }],
  [
    'auth0',
    {
      issuer: 'https://login.acme.example/',
      tokenEndpoint: 'https://login.acme.example/oauth/token',
      jwksUri: 'https://login.acme.example/.well-known/jwks.json',
    },
  ],
  ['ping', { issuer: `https://auth.pingone.com/${DIRECTORY}/as` }],
  ['ping', { issuer: `https://auth.pingone.eu/${DIRECTORY}/as` }],
  ['ping', { issuer: `https://auth.pingone.asia/${DIRECTORY}` }],
  ['ping', { issuer: 'https://sso.acme.example', authorizationEndpoint: 'https://sso.acme.example/as/authorization.oauth2' }],
  ['ping', { issuer: 'acme:saml2', ssoUrl: 'https://sso.acme.example:9031/idp/SSO.saml2' }],
  ['google', { issuer: 'https://accounts.google.com' }],
  ['google', { issuer: 'https://accounts.google.com/o/saml2?idpid=C01abcdef' }],
  ['adfs', { issuer: 'https://sts.acme.example/adfs' }],
  ['adfs', { issuer: 'http://sts.acme.example/adfs/services/trust' }],
  ['adfs', { metadataUrl: 'https://sts.acme.example/FederationMetadata/2007-06/FederationMetadata.xml' }],
  ['adfs', { ssoUrl: 'https://sts.acme.example/adfs/ls/' }],
  ['onelogin', { issuer: 'https://acme.onelogin.com/oidc/2' }],
  ['onelogin', { issuer: 'https://app.onelogin.com/saml/metadata/2e6a5b1c-0000-4000-8000-000000000000' }],
  ['jumpcloud', { issuer: 'https://oauth.id.jumpcloud.com/' }],
  ['jumpcloud', { issuer: 'jumpcloud-acme', ssoUrl: 'https://sso.jumpcloud.com/saml2/sallyport' }],
  ['keycloak', { issuer: 'https://id.acme.example/realms/acme' }],
  ['keycloak', { issuer: 'https://id.acme.example/auth/realms/acme' }],
  ['keycloak', { metadataUrl: 'https://id.acme.example/realms/acme/protocol/saml/descriptor' }],
  [null, { issuer: 'https://idp.acme.example' }],
  [null, { issuer: 'urn:acme:idp' }],
  [null, {}],
  // Names that only look like a vendor's.
  [null, { issuer: 'https://acme.okta.com.evil.example' }],
  [null, { issuer: 'https://notokta.com' }],
  [null, { issuer: 'https://login.microsoftonline.com.evil.example/x/v2.0' }],
  [null, { issuer: 'https://evil.example/?okta.com' }],
  [null, { issuer: 'https://okta.com@evil.example/' }],
  [null, { issuer: 'javascript://acme.okta.com/%0aalert(1)' }],
];

describe('A provider is recognised', () => {
  for (const [preset, traits] of samples) {
    it(`${preset ?? 'nobody'}: ${JSON.stringify(traits)}`, () => {
      assert.equal(recognise(traits)?.id ?? null, preset);
      const all = presets.filter((one) => one.recognises(traits)).map(({ id }) => id);
      assert.deepEqual(all, preset === null ? [] : [preset]);
    });
  }

  it('by each preset but the general ones', () => {
    const seen = new Set(samples.map(([preset]) => preset));
    for (const { id } of presets) assert.equal(seen.has(id), !id.startsWith('generic-'), id);
  });

  it('and what is worth knowing of this very one is told', () => {
    const rows: [Traits, ConnectionKind, string[]][] = [
      [{ issuer: 'https://acme.auth0.com/' }, 'oidc', ['okta_customer_identity']],
      [{ issuer: 'https://acme.okta.com' }, 'oidc', ['okta_org_authorization_server']],
      [{ issuer: 'https://acme.okta.com/oauth2/default' }, 'oidc', ['okta_custom_authorization_server']],
      [{ issuer: 'http://www.okta.com/exk1fcia6d6EMsf331d8' }, 'saml', []],
      [{ issuer: `https://sts.windows.net/${DIRECTORY}/` }, 'microsoft-oidc', ['entra_v1_issuer']],
      [{ issuer: `https://sts.windows.net/${DIRECTORY}/` }, 'saml', []],
      [
        { issuer: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0' },
        'microsoft-oidc',
        ['entra_personal_accounts'],
      ],
      [{ issuer: 'https://accounts.google.com' }, 'oidc', ['google_any_account']],
      [{ issuer: 'https://idp.acme.example' }, 'oidc', []],
    ];
    for (const [traits, kind, codes] of rows)
      assert.deepEqual(
        describeProvider(traits, kind).notices.map(({ code }) => code),
        codes,
        JSON.stringify(traits),
      );
  });
});

describe('The preset of a connection', () => {
  const okta = { issuer: 'https://acme.okta.com' };
  const rows: [name: string, given: Parameters<typeof presetOf>[0], id: string][] = [
    ['is the one that it was made with', { kind: 'oidc', preset: 'keycloak', fields: okta }, 'keycloak'],
    ['else the one that it is recognised as', { kind: 'oidc', preset: null, fields: okta }, 'okta'],
    ['a label of an earlier release counts for nothing', { kind: 'oidc', preset: 'my-idp', fields: okta }, 'okta'],
    ['never one of another kind', { kind: 'saml', preset: 'auth0', fields: { issuer: 'urn:acme.auth0.com' } }, 'generic-saml'],
    ['else the general one', { kind: 'oidc', preset: null, fields: {} }, 'generic-oidc'],
  ];
  for (const [name, given, id] of rows) it(name, () => assert.equal(presetOf(given).id, id));
});

const registry = createRegistry({ allowPrivateNetwork: false });
const certificate = makeCertifiedKey().certificatePem;
const own = {
  oidc: {
    issuer: 'https://idp.acme.example',
    clientId: 'sallyport',
    clientSecret: 'a-secret',
    authorizationEndpoint: 'https://idp.acme.example/authorize',
    tokenEndpoint: 'https://idp.acme.example/token',
    jwksUri: 'https://idp.acme.example/jwks',
  },
  'microsoft-oidc': { directoryId: DIRECTORY, clientId: 'sallyport', clientSecret: 'a-secret' },
  saml: {
    issuer: 'urn:acme:idp',
    ssoUrl: 'https://idp.acme.example/sso',
    verificationCertificates: [certificate],
    signRequests: false,
  },
};

for (const preset of presets) {
  for (const kind of kindsOf(preset)) {
    describe(`Preset ${preset.id} as ${kind}`, () => {
      const member = kind === 'saml' ? 'saml' : 'oidc';
      const body = { kind, preset: preset.id, name: 'Acme', slug: 'acme', [member]: own[kind] };
      const document = withPreset({ claims: defaultClaims(kind) }, body);
      const judge = (candidate: Record<string, unknown>) =>
        readDocument(registry, { document: candidate, connectionUrl: 'https://sso.example.com/t/acme/sso/acme', keys: [] });

      it('makes a document that the real schemas accept, and says what it makes', () => {
        const judged = judge(document);
        assert.ok('read' in judged, JSON.stringify(judged));
        const part = preset.kinds[kind]?.defaults;
        const defaults = (typeof part === 'function' ? part({}) : part) as Record<string, Record<string, unknown>>;
        const stored = judged.read.document as unknown as Record<string, Record<string, unknown>>;
        for (const [name, fields] of Object.entries(defaults)) {
          for (const [field, value] of Object.entries(fields))
            if (value !== null && !(preset.id === 'okta' && field === 'scopes'))
              assert.deepEqual(stored[name]?.[field], value, `/${name}/${field}`);
            else if (value === null) assert.equal(Object.hasOwn(stored[name] ?? {}, field), false, `/${name}/${field}`);
        }
      });

      it('gives way to what is said, member by member', () => {
        const said = {
          claims: { email: 'my_mail', groups: null },
          [member]: { ...own[kind], ...(kind === 'saml' ? { verifySignatureOf: 'both' } : { scopes: ['openid'] }) },
        };
        const result = withPreset({ claims: defaultClaims(kind) }, { ...body, ...said });
        const { claims } = result as { claims: Record<string, unknown> };
        assert.equal(claims['email'], 'my_mail');
        assert.equal(Object.hasOwn(claims, 'groups'), false);
        const fields = result[member] as Record<string, unknown>;
        assert.deepEqual(kind === 'saml' ? fields['verifySignatureOf'] : fields['scopes'], kind === 'saml' ? 'both' : ['openid']);
      });

      it('reads the identifying claim under the name that the vendor sends it by', () => {
        const { claims, authentication } = connectionDocument.parse(document);
        assert.equal(authentication.claim, claims.email);
      });
    });
  }
}

describe('Presets', () => {
  it('have names of their own, each for at least one kind', () => {
    const ids = presets.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const preset of presets) assert.ok(kindsOf(preset).length > 0, preset.id);
    for (const kind of connectionKinds)
      assert.ok(
        presets.some((preset) => preset.kinds[kind]),
        kind,
      );
  });

  it('ask Okta’s org authorization server for groups, and a custom one not', () => {
    const scopesFor = (issuer?: string) =>
      (withPreset({}, { kind: 'oidc', preset: 'okta', oidc: { issuer } })['oidc'] as { scopes: string[] }).scopes;
    assert.ok(scopesFor('https://acme.okta.com').includes('groups'));
    assert.ok(!scopesFor('https://acme.okta.com/oauth2/default').includes('groups'));
    assert.ok(!scopesFor().includes('groups'));
  });

  it('that there are not are refused with the list', () => {
    const [fault, ...others] = presetFaults({ kind: 'oidc', preset: 'okto' });
    assert.deepEqual([fault?.pointer, fault?.code, others], ['/preset', 'unknown_preset', []]);
    for (const { id } of presets) assert.ok(fault?.detail.includes(id), id);
  });

  it('are refused for a kind that they are not for', () => {
    for (const [preset, kind] of [
      ['entra', 'oidc'],
      ['okta', 'microsoft-oidc'],
      ['auth0', 'saml'],
      ['generic-saml', 'oidc'],
    ]) {
      assert.deepEqual(
        presetFaults({ kind, preset }).map(({ code }) => code),
        ['preset_mismatch'],
        `${preset} ${kind}`,
      );
    }
  });

  it('are not judged where the schema already does, nor where a stored one stays', () => {
    assert.deepEqual(presetFaults({ kind: 'oidc', preset: 'Okta!' }), []);
    assert.deepEqual(presetFaults({ kind: 'oidc', preset: null }), []);
    assert.deepEqual(presetFaults({ kind: 'oidc', preset: 'my-idp' }, { preset: 'my-idp' }), []);
    assert.equal(findPreset(null), undefined);
  });

  for (const name of ['common', 'organizations', 'consumers', 'Common']) {
    it(`the issuer of many directories is refused: ${name}`, () => {
      const issuer = `https://login.microsoftonline.com/${name}/v2.0`;
      assert.deepEqual(
        sharedDirectoryFaults({ oidc: { issuer } }).map(({ pointer, code }) => `${pointer} ${code}`),
        ['/oidc/issuer shared_directory'],
      );
    });
  }
  it('the issuer of one directory is not, nor another vendor’s with that name in it', () => {
    for (const issuer of [
      `https://login.microsoftonline.com/${DIRECTORY}/v2.0`,
      'https://idp.acme.example/common/v2.0',
      7,
      undefined,
    ])
      assert.deepEqual(sharedDirectoryFaults({ oidc: { issuer } }), []);
  });
});
