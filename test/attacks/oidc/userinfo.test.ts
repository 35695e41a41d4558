import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type AnswerChange, makeKey, signJws } from '../../kit/oidc/index.ts';
import { bounded } from '../oracles.ts';
import { createHastyFetch } from './slow-provider.ts';
import { accept, acceptOne, openStage, refuse, refuseOne, type Stage, VICTIM, VICTIM_EMAIL, type Waiting } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage({ gateway: { world: { fetch: createHastyFetch() } } });
});
after(() => stage.close());

const evil = { sub: VICTIM, email: VICTIM_EMAIL };
const html = { headers: { 'content-type': 'text/html' } };

describe('userinfo speaks of the person whom the ID token names (T107)', () => {
  accept(here, [{ name: 'the same sub' }]);
  refuse(here, [
    { name: 'another sub', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: evil } },
    { name: 'no sub', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: { ...evil, sub: undefined } } },
    { name: 'an empty sub', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: { sub: '' } } },
    { name: 'the sub in a list', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: { sub: ['alice-0001'] } } },
    { name: 'the sub in capitals', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: { sub: 'ALICE-0001' } } },
    { name: 'the sub with a space', code: 'oidc.userinfo_subject_mismatch', userinfo: { json: { sub: 'alice-0001 ' } } },
    { name: 'a number', code: 'oidc.userinfo_subject_mismatch', token: { claims: { sub: '7' } }, userinfo: { json: { sub: 7 } } },
    {
      name: 'two subs, the right one last',
      code: 'oidc.userinfo_unreadable',
      userinfo: { body: `{"sub":"${VICTIM}","sub":"alice-0001"}` },
    },
    {
      name: 'two subs, the right one first',
      code: 'oidc.userinfo_unreadable',
      userinfo: { body: `{"sub":"alice-0001","sub":"${VICTIM}"}` },
    },
    {
      name: 'two subs, one in escapes',
      code: 'oidc.userinfo_unreadable',
      userinfo: { body: `{"sub":"alice-0001","\\u0073ub":"${VICTIM}"}` },
    },
    {
      name: 'another person’s ID token beside one’s own userinfo',
      code: 'oidc.userinfo_subject_mismatch',
      token: { claims: { sub: 'bob-0001' } },
    },
  ]);
  it('what it says of the token itself is not heard', async () => {
    const claims = await acceptOne(stage, {
      userinfo: { json: { iss: 'https://evil.example', aud: 'evil', acr: 'urn:acme:strong', amr: ['mfa'], auth_time: 1 } },
    });
    assert.notEqual(claims['acr'], 'urn:acme:strong');
    assert.notDeepEqual(claims['amr'], ['mfa']);
    assert.notEqual(claims['auth_time'], 1);
  });
});

describe('the userinfo endpoint answers as it must (T107)', () => {
  accept(here, [
    { name: 'JSON' },
    { name: 'JSON with a charset', userinfo: { headers: { 'content-type': 'application/json; charset=utf-8' } } },
  ]);
  const answers: Record<string, [code: string, answer: AnswerChange]> = {
    'a page': ['oidc.userinfo_unreadable', { ...html, body: '<html><script>alert(1)</script></html>' }],
    'JSON that calls itself a page': ['oidc.userinfo_unreadable', html],
    'no media type': ['oidc.userinfo_unreadable', { headers: { 'content-type': '' } }],
    'a list': ['oidc.userinfo_unreadable', { body: '[{"sub":"alice-0001"}]' }],
    nothing: ['oidc.userinfo_unreadable', { body: '' }],
    'an error': ['oidc.userinfo_unreadable', { status: 500 }],
    'that it does not know the token': [
      'oidc.userinfo_unreadable',
      { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    ],
    'with status 201': ['oidc.userinfo_unreadable', { status: 201 }],
    'a redirect': ['oidc.userinfo_unreadable', { status: 307, headers: { location: '/elsewhere' } }],
    '10 MB': ['fetch.too_large', { body: `{"sub":"alice-0001","x":"${'x'.repeat(10_000_000)}"}` }],
    'a gzip bomb': ['fetch.too_large', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(100_000_000)) }],
    never: ['fetch.too_slow', { hang: true }],
  };
  for (const [name, [code, userinfo]] of Object.entries(answers)) {
    it(`${name}: ${code}`, async () => {
      await bounded(() => refuseOne(stage, { userinfo }, code));
      assert.equal(stage.idp.count('other'), 0, 'the token went elsewhere');
    });
  }
});

describe('a signed userinfo answer is held against the same keys, issuer and client (T107)', () => {
  const signed = (
    { url }: Waiting,
    change: { alg?: string; header?: object; claims?: object; key?: ReturnType<typeof makeKey> } = {},
  ): AnswerChange => {
    const key = change.key ?? stage.idp.keys[0];
    const { alg = 'ES256' } = change;
    const header = JSON.stringify({ alg, kid: 'key-1', ...change.header });
    const claims = JSON.stringify({
      iss: stage.idp.issuer,
      aud: url.searchParams.get('client_id'),
      sub: 'alice-0001',
      ...change.claims,
    });
    return { headers: { 'content-type': 'application/jwt' }, body: signJws(header, claims, { alg, key: key?.privateKey }) };
  };
  accept(here, [{ name: 'signed by the provider', userinfo: (waiting) => signed(waiting) }]);
  refuse(here, [
    {
      name: 'alg none, without a signature',
      code: 'oidc.token_malformed',
      userinfo: (waiting) => signed(waiting, { alg: 'none', claims: evil }),
    },
    {
      name: 'alg none, with a signature',
      code: 'oidc.algorithm_refused',
      userinfo: (waiting) => signed(waiting, { header: { alg: 'none' } }),
    },
    { name: 'by a stranger', code: 'oidc.signature_invalid', userinfo: (waiting) => signed(waiting, { key: makeKey('key-1') }) },
    {
      name: 'by a stranger under an own name',
      code: 'oidc.key_unknown',
      userinfo: (waiting) => signed(waiting, { key: makeKey('mine'), header: { kid: 'mine' } }),
    },
    {
      name: 'of another issuer',
      code: 'oidc.issuer_mismatch',
      userinfo: (waiting) => signed(waiting, { claims: { iss: 'https://evil.example' } }),
    },
    {
      name: 'without an issuer',
      code: 'oidc.issuer_mismatch',
      userinfo: (waiting) => signed(waiting, { claims: { iss: undefined } }),
    },
    {
      name: 'for another client',
      code: 'oidc.audience_mismatch',
      userinfo: (waiting) => signed(waiting, { claims: { aud: 'other' } }),
    },
    {
      name: 'for nobody',
      code: 'oidc.audience_mismatch',
      userinfo: (waiting) => signed(waiting, { claims: { aud: undefined } }),
    },
    {
      name: 'about somebody else',
      code: 'oidc.userinfo_subject_mismatch',
      userinfo: (waiting) => signed(waiting, { claims: evil }),
    },
    {
      name: 'an access token',
      code: 'oidc.header_refused',
      userinfo: (waiting) => signed(waiting, { header: { typ: 'at+jwt' } }),
    },
    {
      name: 'signed, and called JSON',
      code: 'oidc.userinfo_unreadable',
      userinfo: (waiting) => ({ ...signed(waiting), headers: { 'content-type': 'application/json' } }),
    },
    {
      name: 'encrypted',
      code: 'oidc.token_encrypted',
      userinfo: { headers: { 'content-type': 'application/jwt' }, body: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AA.AA.AA' },
    },
    {
      name: 'JSON that calls itself a token',
      code: 'oidc.token_malformed',
      userinfo: { headers: { 'content-type': 'application/jwt' } },
    },
  ]);
});
