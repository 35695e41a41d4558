import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faultsOf } from '#directory/index.ts';
import { type ConnectionDocument, connectionDocument, defaultClaims, SLUG, slugOf } from './connections.schema.ts';
import { faultOfImage } from './images.ts';

const valid = { kind: 'oidc', name: 'Acme', oidc: {} };

function faultsIn(change: Record<string, unknown>): string[] {
  const read = connectionDocument.safeParse({ ...valid, ...change }, { reportInput: true });
  return read.success ? [] : faultsOf(read.error).map(({ pointer, code }) => `${pointer} ${code}`);
}

const read = (change: Record<string, unknown>): ConnectionDocument => connectionDocument.parse({ ...valid, ...change });

const picture = (type: string, hex: string) => `data:${type};base64,${Buffer.from(hex, 'hex').toString('base64')}`;
const png = picture('image/png', '89504e470d0a1a0a00');

/** Every field: values that are kept as they are, and values that are refused with a code at a pointer. */
const rows: {
  field: string;
  kept: unknown[];
  refused: [value: unknown, fault: string][];
  document: (value: unknown) => Record<string, unknown>;
}[] = [
  {
    field: 'kind',
    kept: ['oidc', 'microsoft-oidc', 'saml'],
    refused: [
      ['ldap', '/kind invalid_value'],
      [undefined, '/kind invalid_value'],
    ],
    document: (kind) => ({ kind }),
  },
  {
    field: 'preset',
    kept: [null, 'okta', 'ad-fs'],
    refused: [
      ['Okta', '/preset invalid_format'],
      [7, '/preset invalid_type'],
    ],
    document: (preset) => ({ preset }),
  },
  {
    field: 'name',
    kept: ['Acme', 'Ácme & Söhne'],
    refused: [
      ['', '/name too_small'],
      ['x'.repeat(101), '/name too_big'],
      ['a\nb', '/name text_invalid'],
      [undefined, '/name required'],
    ],
    document: (name) => ({ name }),
  },
  {
    field: 'slug',
    kept: ['a', 'acme-2', 'x'.repeat(63)],
    document: (slug) => ({ slug }),
    refused: ['', 'Acme', '-a', 'a-', 'a_b', 'a/b', 'a.b', 'x'.repeat(64)].map((slug) => [slug, '/slug invalid_format']),
  },
  { field: 'enabled', kept: [true, false], refused: [['true', '/enabled invalid_type']], document: (enabled) => ({ enabled }) },
  {
    field: 'users.create',
    kept: [true, false],
    refused: [[1, '/users/create invalid_type']],
    document: (create) => ({ users: { create } }),
  },
  {
    field: 'users.update',
    kept: [true, false],
    refused: [['no', '/users/update invalid_type']],
    document: (update) => ({ users: { update } }),
  },
  {
    field: 'users.pendingActivation',
    kept: [true, false],
    refused: [['no', '/users/pendingActivation invalid_type']],
    document: (pendingActivation) => ({ users: { pendingActivation } }),
  },
  {
    field: 'users.defaultGroups',
    kept: [[], ['Everybody']],
    refused: [
      ['Everybody', '/users/defaultGroups invalid_type'],
      [[''], '/users/defaultGroups/0 too_small'],
    ],
    document: (defaultGroups) => ({ users: { defaultGroups } }),
  },
  {
    field: 'users.defaultRoles',
    kept: [[], ['User']],
    refused: [[[7], '/users/defaultRoles/0 invalid_type']],
    document: (defaultRoles) => ({ users: { defaultRoles } }),
  },
  ...[
    'email',
    'userId',
    'userPrincipalName',
    'phone',
    'mobile',
    'firstName',
    'lastName',
    'locale',
    'securityId',
    'groups',
    'roles',
  ].map((name) => ({
    field: `claims.${name}`,
    kept: ['claim', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress', 'a.b.c'],
    document: (value: unknown) => ({ claims: { [name]: value } }),
    refused: [
      ['', `/claims/${name} too_small`],
      ['a\u0000b', `/claims/${name} text_invalid`],
      [['a'], `/claims/${name} invalid_type`],
    ] as [unknown, string][],
  })),
  {
    field: 'claims.custom',
    kept: [{}, { costCentre: 'cost_centre', 'team.lead': 'x' }],
    document: (custom) => ({ claims: { custom } }),
    refused: [
      [{ sub: 'x' }, '/claims/custom/sub invalid_key'],
      [{ Email: 'x' }, '/claims/custom/Email invalid_key'],
      [{ 'a b': 'x' }, '/claims/custom/a b invalid_key'],
      [{ toString: 'x' }, '/claims/custom/toString invalid_key'],
      [{ ok: 7 }, '/claims/custom/ok invalid_type'],
    ],
  },
  {
    field: 'groupMappings',
    kept: [[], [{ external: '8b1c', label: 'Engineers (Entra)', group: 'Engineering' }]],
    document: (groupMappings) => ({ groupMappings }),
    refused: [
      [[{ external: 'x' }], '/groupMappings/0/group required'],
      [[{ external: '', group: 'G' }], '/groupMappings/0/external too_small'],
      [[{ external: 'x', group: 'G', role: 'R' }], '/groupMappings/0/role unknown_field'],
    ],
  },
  {
    field: 'groupSync',
    kept: ['none', 'append', 'sync', 'assign'],
    refused: [['all', '/groupSync invalid_value']],
    document: (groupSync) => ({ groupSync }),
  },
  {
    field: 'assignedGroups',
    kept: [[], ['Fixed']],
    refused: [[[''], '/assignedGroups/0 too_small']],
    document: (assignedGroups) => ({ assignedGroups }),
  },
  {
    field: 'roleMappings',
    kept: [[{ external: 'app admin', role: 'User Administrator' }]],
    refused: [[[{ external: 'x', role: '' }], '/roleMappings/0/role too_small']],
    document: (roleMappings) => ({ roleMappings }),
  },
  {
    field: 'roleSync',
    kept: ['all', 'first'],
    refused: [['sync', '/roleSync invalid_value']],
    document: (roleSync) => ({ roleSync }),
  },
  {
    field: 'authentication.enabled',
    kept: [true, false],
    refused: [[null, '/authentication/enabled invalid_type']],
    document: (enabled) => ({ authentication: { enabled } }),
  },
  {
    field: 'authentication.default',
    kept: [true, false],
    refused: [[0, '/authentication/default invalid_type']],
    document: (value) => ({ authentication: { default: value } }),
  },
  {
    field: 'authentication.domains',
    kept: [['acme.example', 'xn--mller-kva.example']],
    document: (domains) => ({ authentication: { domains } }),
    refused: [
      [['Acme.example'], '/authentication/domains/0 domain_form'],
      [['müller.example'], '/authentication/domains/0 domain_form'],
      ...['acme', '*.acme.example', 'acme.example.', 'a@acme.example', 'acme .example', '', '127.0.0.1'].map(
        (name): [unknown, string] => [[name], '/authentication/domains/0 domain_invalid'],
      ),
      ...['gmail.com', 'outlook.com', 'gmx.de', 'icloud.com'].map((name): [unknown, string] => [
        [name],
        '/authentication/domains/0 domain_public',
      ]),
    ],
  },
  {
    field: 'authentication.userAttribute',
    kept: ['email', 'userId', 'userPrincipalName', 'securityId'],
    refused: [['password', '/authentication/userAttribute invalid_value']],
    document: (userAttribute) => ({ authentication: { userAttribute } }),
  },
  {
    field: 'authentication.claim',
    kept: ['email', 'NameID'],
    refused: [['', '/authentication/claim too_small']],
    document: (claim) => ({ authentication: { claim } }),
  },
  {
    field: 'authentication.matchAttributes',
    kept: [{}, { firstName: 'given_name' }],
    refused: [[{ shoe: 'x' }, '/authentication/matchAttributes/shoe unknown_field']],
    document: (matchAttributes) => ({ authentication: { matchAttributes } }),
  },
  {
    field: 'branding.buttonText',
    kept: ['Sign in with Acme'],
    refused: [
      ['x'.repeat(81), '/branding/buttonText too_big'],
      ['a\u0007', '/branding/buttonText text_invalid'],
    ],
    document: (buttonText) => ({ branding: { buttonText } }),
  },
  {
    field: 'branding.buttonImage',
    kept: [png, 'https://acme.example/logo.svg?v=2'],
    refused: [['http://acme.example/x.png', '/branding/buttonImage image_address']],
    document: (buttonImage) => ({ branding: { buttonImage } }),
  },
];

describe('The document of an identity provider', () => {
  for (const { field, kept, refused, document } of rows) {
    test(`keeps ${field} as it is, and refuses what it cannot be`, () => {
      for (const value of kept) {
        const found = field
          .split('.')
          .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], read(document(value)));
        assert.deepEqual(found, value);
      }
      for (const [value, fault] of refused) assert.deepEqual(faultsIn(document(value)), [fault], JSON.stringify(value));
    });
  }

  test('refuses an unknown field wherever it stands', () => {
    for (const [change, pointer] of [
      [{ tenantId: 'tnt_globex' }, '/tenantId'],
      [{ users: { admin: true } }, '/users/admin'],
      [{ authentication: { trust: 'all' } }, '/authentication/trust'],
      [{ branding: { css: '*{}' } }, '/branding/css'],
      [{ roleMappings: [{ external: 'a', role: 'b', permissions: [] }] }, '/roleMappings/0/permissions'],
      [{ 'a/b~c': 1 }, '/a~1b~0c'],
    ] as const)
      assert.deepEqual(faultsIn(change), [`${pointer} unknown_field`]);
    assert.deepEqual(faultsIn(JSON.parse('{"__proto__": {"enabled": false}}')), ['/__proto__ unknown_field']);
  });

  test('has the claims of its kind when nothing is said', () => {
    assert.equal(defaultClaims('saml')['userId'], 'NameID');
    assert.equal(defaultClaims('oidc')['userId'], 'sub');
    assert.deepEqual(defaultClaims('oidc'), defaultClaims('microsoft-oidc'));
  });
});

describe('A slug from a name', () => {
  for (const [name, slug] of [
    ['Acme', 'acme'],
    ['  ACME -- (Entra ID)  ', 'acme-entra-id'],
    ['Müller & Söhne', 'muller-sohne'],
    ['日本', 'idp'],
    ['', 'idp'],
    ['x'.repeat(100), 'x'.repeat(56)],
    [`${'x'.repeat(55)}-y`, 'x'.repeat(55)],
  ] as const) {
    test(`${JSON.stringify(name.slice(0, 30))} gives ${slug.slice(0, 20)}`, () => {
      assert.equal(slugOf(name), slug);
      assert.match(slug, SLUG);
    });
  }
});

describe('The image of a button', () => {
  for (const [type, hex] of [
    ['image/png', '89504e470d0a1a0a00'],
    ['image/jpeg', 'ffd8ffe000'],
    ['image/gif', '474946383961'],
    ['image/webp', '524946460000000057454250'],
  ] as const) {
    test(`may be ${type} with content of that type, and no other`, () => {
      assert.equal(faultOfImage(picture(type, hex)), undefined);
      assert.equal(faultOfImage(picture(type, '3c7376673e'))?.code, 'image_content');
    });
  }

  for (const [address, code] of [
    ['data:image/svg+xml;base64,PHN2Zy8+', 'image_type'],
    ['data:image/png,xyz', 'image_type'],
    ['data:text/html;base64,PGI+', 'image_type'],
    ['data:', 'image_type'],
    ['data:image/png;base64,iVBORw0KGgo" onerror="x', 'image_type'],
    ['javascript:alert(1)', 'image_address'],
    ['http://acme.example/a.png', 'image_address'],
    ['https://u:p@acme.example/a.png', 'image_address'],
    ["https://acme.example/a.png' onload='x", 'image_address'],
    ['https://acme.example/<b>', 'image_address'],
    ['//acme.example/a.png', 'image_address'],
    [`https://acme.example/${'x'.repeat(2048)}`, 'image_address'],
  ] as const) {
    test(`cannot be ${address.slice(0, 50)}`, () => assert.equal(faultOfImage(address)?.code, code));
  }

  test('has a bounded size', () => {
    const of = (size: number) =>
      `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(size - 8)]).toString('base64')}`;
    assert.equal(faultOfImage(of(32 * 1024)), undefined);
    assert.equal(faultOfImage(of(32 * 1024 + 1))?.code, 'too_big');
    assert.notEqual(faultOfImage(of(500_000)), undefined);
  });
});
