import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TenantId } from '#kernel/ids.ts';
import type { Application } from '../application.ts';
import { plainScopes, visible } from './plain.ts';
import { readBearer } from './tell-person.ts';
import { findClient, isPlainForm, isSpecial, readTokenRequest } from './token-request.ts';

const CODE = 'c'.repeat(43);
const VERIFIER = 'v'.repeat(43);
const plain = {
  grant_type: 'authorization_code',
  code: CODE,
  redirect_uri: 'https://crm.example/callback',
  code_verifier: VERIFIER,
};
const inForm = { ...plain, client_id: 'app_crm', client_secret: 'secret' };

const bodyOf = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const read = (fields: Record<string, string>, authorization?: string) => readTokenRequest(bodyOf(fields), authorization);
const without = (name: string, { [name]: _gone, ...rest }: Record<string, string> = inForm) => rest;

describe('A form that is read without the Provider', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '200' };
  const good: [string, Record<string, string>][] = [
    ['a form', {}],
    ['with its charset', { 'content-type': 'Application/x-www-form-urlencoded; charset=UTF-8' }],
    ['of one byte', { 'content-length': '1' }],
    ['of 8 kB', { 'content-length': '8192' }],
  ];
  for (const [name, headers] of good) it(`is ${name}`, () => assert.ok(isPlainForm({ ...form, ...headers })));
  const odd: [string, Record<string, string | undefined>][] = [
    ['nothing', { 'content-length': '0' }],
    ['more than 8 kB', { 'content-length': '8193' }],
    ['of no stated length', { 'content-length': undefined }],
    ['of a length that is no number', { 'content-length': 'long' }],
    ['JSON', { 'content-type': 'application/json' }],
    ['of no stated type', { 'content-type': undefined }],
    ['of a type that only begins so', { 'content-type': 'application/x-www-form-urlencoded-not' }],
    ['of a type that only ends so', { 'content-type': 'not-application/x-www-form-urlencoded' }],
    ['in another charset', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
  ];
  for (const [name, headers] of odd) it(`is never ${name}`, () => assert.ok(!isPlainForm({ ...form, ...headers })));
  const special = [
    'origin',
    'dpop',
    'oauth-client-attestation',
    'oauth-client-attestation-pop',
    'content-encoding',
    'transfer-encoding',
  ];
  for (const name of special) {
    it(`never comes with ${name}`, () => {
      assert.ok(isSpecial({ [name]: '' }));
      assert.ok(!isPlainForm({ ...form, [name]: 'x' }));
    });
  }
});

describe('A request for the tokens of a code (RFC 6749 §4.1.3)', () => {
  it('is read with its client in the form, in the header, or without a secret', () => {
    const rest = { code: CODE, redirectUri: plain.redirect_uri, codeVerifier: VERIFIER };
    const client = { clientId: 'app_crm', secret: 'secret' };
    assert.deepEqual(read(inForm), { ...rest, ...client });
    assert.deepEqual(read(plain, basic('app_crm:secret')), { ...rest, ...client });
    assert.deepEqual(read({ ...plain, client_id: 'app_crm' }, basic('app_crm:secret')), { ...rest, ...client });
    assert.deepEqual(read(plain, basic('app_crm:a:b')), { ...rest, clientId: 'app_crm', secret: 'a:b' });
    assert.deepEqual(read({ ...plain, client_id: 'app_phone' }), { ...rest, clientId: 'app_phone', secret: undefined });
  });
  it('has a verifier of 43 to 128 characters (RFC 7636 §4.1)', () => {
    for (const verifier of ['-._~'.repeat(32), 'A1'.repeat(64)])
      assert.equal(read({ ...inForm, code_verifier: verifier })?.codeVerifier, verifier);
  });

  const odd: [string, Record<string, string>, string?][] = [
    ['another grant type', { ...inForm, grant_type: 'refresh_token' }],
    ['no grant type', without('grant_type')],
    ['a field more', { ...inForm, resource: 'https://api.example' }],
    ['no code', without('code')],
    ['a code of 42 characters', { ...inForm, code: 'c'.repeat(42) }],
    ['a code of 44 characters', { ...inForm, code: 'c'.repeat(44) }],
    ['a code with other characters', { ...inForm, code: `${'c'.repeat(42)}.` }],
    ['no redirect URI', without('redirect_uri')],
    ['an empty redirect URI', { ...inForm, redirect_uri: '' }],
    ['no verifier', without('code_verifier')],
    ['a verifier of 42 characters', { ...inForm, code_verifier: 'v'.repeat(42) }],
    ['a verifier of 129 characters', { ...inForm, code_verifier: 'v'.repeat(129) }],
    ['a verifier with other characters', { ...inForm, code_verifier: `${VERIFIER}+` }],
    ['no client', plain],
    ['an empty client', { ...inForm, client_id: '' }],
    ['an empty secret', { ...inForm, client_secret: '' }],
    ['two clients', { ...plain, client_id: 'app_other' }, basic('app_crm:secret')],
    ['two secrets', { ...plain, client_secret: 'secret' }, basic('app_crm:secret')],
    ['another scheme', plain, 'Bearer app_crm'],
    ['another scheme before it', plain, `Negotiate ${basic('app_crm:secret')}`],
    ['more behind the scheme', plain, `${basic('app_crm:secret')}, Bearer x`],
    ['an empty header', plain, ''],
    ['a header without a secret', plain, basic('app_crm:')],
    ['a header without a client', plain, basic(':secret')],
    ['a header without a colon', plain, basic('app_crm')],
    ['a header with an encoded client', plain, basic('app%5fcrm:secret')],
    ['a header with an encoded secret', plain, basic('app_crm:sec%72et')],
    ['a header with a plus', plain, basic('app_crm:sec+ret')],
    ['a header with a space', plain, basic('app_crm:sec ret')],
    ['a header with a line end', plain, basic('app_crm:secret\n')],
    ['a header with a line end before', plain, basic('\napp_crm:secret')],
    ['a header that is not ASCII', plain, basic('app_crm:sécret')],
  ];
  for (const [name, fields, authorization] of odd)
    it(`is left to the Provider with ${name}`, () => assert.equal(read(fields, authorization), undefined));
  for (const name of Object.keys(inForm))
    it(`is left to the Provider with ${name} twice`, () =>
      assert.equal(
        readTokenRequest(`${bodyOf(inForm)}&${bodyOf({ [name]: inForm[name as keyof typeof inForm] })}`, undefined),
        undefined,
      ));
});

describe('A bearer (RFC 6750 §2.1)', () => {
  it('is a token as it is given out here', () => {
    assert.deepEqual([`Bearer ${CODE}`, `bearer ${CODE}`].map(readBearer), [CODE, CODE]);
    const odd = [
      undefined,
      '',
      CODE,
      `Bearer ${CODE}x`,
      `Bearer  ${CODE}`,
      `DPoP ${CODE}`,
      `x Bearer ${CODE}`,
      `Bearer ${CODE}, x`,
    ];
    for (const header of odd) assert.equal(readBearer(header), undefined, header);
  });
});

describe('The client of a request', () => {
  const find = async (change: Partial<Application>, kept: string | null, secret: string | undefined): Promise<boolean> => {
    const application = {
      enabled: true,
      grantTypes: ['authorization_code'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      ...change,
    };
    const applications = { find: async () => ({ application, secret: kept }) };
    return (await findClient({ applications } as never, 'tnt_acme' as TenantId, { clientId: 'app_crm', secret })) !== undefined;
  };
  const rows: [string, Partial<Application>, string | null, string | undefined, boolean][] = [
    ['with its secret', {}, 'right', 'right', true],
    ['with its secret in the form', { tokenEndpointAuthMethod: 'client_secret_post' }, 'right', 'right', true],
    ['with another secret', {}, 'right', 'wrong', false],
    ['with no secret', {}, 'right', undefined, false],
    ['with a secret where there is none', {}, null, 'right', false],
    ['that is public', { tokenEndpointAuthMethod: 'none' }, null, undefined, true],
    ['that is public and names a secret', { tokenEndpointAuthMethod: 'none' }, 'right', 'right', false],
    ['that signs, with a secret', { tokenEndpointAuthMethod: 'private_key_jwt' }, 'right', 'right', false],
    ['that signs, with no secret', { tokenEndpointAuthMethod: 'private_key_jwt' }, null, undefined, false],
    ['that is switched off', { enabled: false }, 'right', 'right', false],
    ['that redeems no codes', { grantTypes: [] }, 'right', 'right', false],
  ];
  for (const [name, change, kept, secret, isFound] of rows)
    it(`${name}: ${isFound ? 'is found' : 'is left to the Provider'}`, async () =>
      assert.equal(await find(change, kept, secret), isFound));
});

describe('Scopes that are answered without the Provider', () => {
  const registered = {
    scopes: ['openid', 'email', 'profile', 'offline_access', 'address'],
    grantTypes: ['authorization_code'],
  } as const;
  const rows: [string, string, Partial<Pick<Application, 'grantTypes'>>, readonly string[] | undefined][] = [
    ['stand in one order', 'email profile openid', {}, ['openid', 'profile', 'email']],
    ['are all registered', 'openid phone', {}, undefined],
    ['are all known', 'openid address', {}, undefined],
    ['have openid among them', 'email', {}, undefined],
    ['are written with single spaces', 'openid  email', {}, undefined],
    ['hold no refresh token that is not given', 'openid offline_access', {}, undefined],
    [
      'may hold one that is',
      'openid offline_access',
      { grantTypes: ['authorization_code', 'refresh_token'] },
      ['openid', 'offline_access'],
    ],
  ];
  for (const [name, asked, change, expected] of rows)
    it(name, () => assert.deepEqual(plainScopes(asked, { ...registered, ...change }), expected));
  it('show their claims and no others, and nothing that is not there', () => {
    const claims = {
      sub: 'usr_alice',
      email: 'alice@acme.example',
      email_verified: undefined,
      phone_number: '+44',
      roles: ['Editor'],
    };
    assert.deepEqual(visible(claims, 'openid email'), { sub: 'usr_alice', email: 'alice@acme.example', roles: ['Editor'] });
    assert.deepEqual(visible(claims, 'phone unheard-of'), { phone_number: '+44' });
  });
});
