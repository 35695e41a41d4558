import assert from 'node:assert/strict';
import { createHmac, type KeyObject } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { makeKey, signJws, type TokenChange } from '../../kit/oidc/index.ts';
import { certify } from '../../kit/saml/certificate.ts';
import { type Canary, startCanary } from '../oracles.ts';
import { accept, openStage, refuse, type Stage, VICTIM, VICTIM_EMAIL } from './stage.ts';

const stranger = makeKey('key-1', 'RS256');
let stage: Stage;
let canary: Canary;
const here = (): Stage => stage;

before(async () => {
  canary = await startCanary();
  stage = await openStage({ idp: { alg: 'RS256' } });
});
after(async () => {
  await stage.close();
  await canary.close();
});

/** Whom each forged token names. */
const evil = { sub: VICTIM, email: VICTIM_EMAIL };
const publicKey = (): KeyObject => stage.idp.keys[0]?.publicKey as KeyObject;
const withSignature = (signature: string): TokenChange => ({ claims: evil, raw: (token) => token.replace(/[^.]*$/, signature) });

describe('an ID token has a signature (T85)', () => {
  accept(here, [{ name: 'signed with RS256' }]);
  refuse(here, [
    ...['none', 'None', 'nONe', 'NONE', ''].map((alg) => ({
      name: `alg "${alg}" with an empty signature`,
      code: 'oidc.token_malformed',
      token: { claims: evil, alg: 'none', header: { alg } },
    })),
    ...['none', 'None', 'nONe', 'NONE', ''].map((alg) => ({
      name: `alg "${alg}" with the provider’s own signature`,
      code: 'oidc.algorithm_refused',
      token: { claims: evil, header: { alg } },
    })),
    { name: 'no alg', code: 'oidc.algorithm_refused', token: { claims: evil, header: { alg: undefined } } },
    { name: 'alg in a list', code: 'oidc.algorithm_refused', token: { claims: evil, header: { alg: ['RS256'] } } },
    { name: 'RS256 and an empty signature', code: 'oidc.token_malformed', token: withSignature('') },
    {
      name: 'RS256 and no signature part',
      code: 'oidc.token_malformed',
      token: { claims: evil, raw: (token: string) => token.split('.').slice(0, 2).join('.') },
    },
    { name: 'a signature of one byte', code: 'oidc.signature_invalid', token: withSignature('AA') },
    {
      name: 'a signature of 256 zero bytes',
      code: 'oidc.signature_invalid',
      token: withSignature(Buffer.alloc(256).toString('base64url')),
    },
    { name: 'a signature with padding', code: 'oidc.token_malformed', token: { claims: evil, raw: (token) => `${token}==` } },
    {
      name: 'claims changed after they were signed',
      code: 'oidc.signature_invalid',
      token: {
        raw: (token) => {
          const [header, claims = '', signature] = token.split('.');
          const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), ...evil };
          return `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
        },
      },
    },
    {
      name: 'a stranger’s key under the published name',
      code: 'oidc.signature_invalid',
      token: { claims: evil, key: stranger.privateKey },
    },
  ]);
});

describe('a public key is no shared secret (T86)', () => {
  accept(here, [{ name: 'signed with the private key' }]);
  const exported = (type: 'spki' | 'pkcs1', format: 'pem' | 'der'): Buffer =>
    Buffer.from(publicKey().export({ type, format } as never));
  const forms: Record<string, () => Buffer> = {
    'in PEM': () => exported('spki', 'pem'),
    'in PEM without its last line end': () => exported('spki', 'pem').subarray(0, -1),
    'in DER': () => exported('spki', 'der'),
    'as PKCS #1 in PEM': () => exported('pkcs1', 'pem'),
    'as PKCS #1 in DER': () => exported('pkcs1', 'der'),
    'as its modulus': () => Buffer.from(String(publicKey().export({ format: 'jwk' })['n']), 'base64url'),
    'as its modulus in base64url': () => Buffer.from(String(publicKey().export({ format: 'jwk' })['n'])),
    'as the published JWK': () => Buffer.from(JSON.stringify(stage.idp.keys[0]?.jwk)),
    'as the published key set': () => Buffer.from(JSON.stringify({ keys: stage.idp.keys.map(({ jwk }) => jwk) })),
    'and nothing else': () => Buffer.alloc(0),
  };
  refuse(
    here,
    Object.entries(forms).map(([form, key]) => ({
      name: `HS256 keyed with the public key ${form}`,
      code: 'oidc.algorithm_refused',
      token: () => ({ claims: evil, alg: 'HS256', key: key() }),
    })),
  );
  refuse(here, [
    ...['HS384', 'HS512'].map((alg) => ({
      name: `${alg} keyed with the public key in PEM`,
      code: 'oidc.algorithm_refused',
      token: () => ({ claims: evil, alg, key: exported('spki', 'pem') }),
    })),
    {
      name: 'HS256 keyed with the client’s secret',
      code: 'oidc.algorithm_refused',
      token: () => ({ claims: evil, alg: 'HS256', key: Buffer.from([...stage.idp.clients.values()][0]?.secret ?? '') }),
    },
    {
      name: 'an HMAC that calls itself RS256',
      code: 'oidc.signature_invalid',
      token: {
        claims: evil,
        raw: (token: string) => {
          const input = token.split('.').slice(0, 2).join('.');
          return `${input}.${createHmac('sha256', exported('spki', 'pem')).update(input).digest('base64url')}`;
        },
      },
    },
  ]);
});

describe('an ID token brings no key of its own (T88)', () => {
  const certificate = certify(stranger.privateKey, stranger.publicKey).certificateBase64;
  const trusted = (): string => {
    const [own] = stage.idp.keys;
    return own ? certify(own.privateKey, own.publicKey).certificateBase64 : '';
  };
  accept(here, [
    {
      name: 'a key and a certificate in the header beside a good signature are not looked at',
      token: () => ({ header: { jwk: stage.idp.keys[0]?.jwk, x5c: [trusted()], jku: canary.url, x5u: canary.url } }),
      check: () => assert.equal(canary.connections, 0),
    },
  ]);
  const forged = (header: () => Record<string, unknown>) => (): TokenChange => ({
    claims: evil,
    key: stranger.privateKey,
    header: header(),
  });
  refuse(here, [
    { name: 'jwk', code: 'oidc.signature_invalid', token: forged(() => ({ jwk: stranger.jwk })) },
    {
      name: 'jwk under its own name',
      code: 'oidc.key_unknown',
      token: forged(() => ({ jwk: { ...stranger.jwk, kid: 'mine' }, kid: 'mine' })),
    },
    { name: 'jwk without kid', code: 'oidc.signature_invalid', token: forged(() => ({ jwk: stranger.jwk, kid: undefined })) },
    { name: 'x5c', code: 'oidc.signature_invalid', token: forged(() => ({ x5c: [certificate] })) },
    {
      name: 'x5c with the stranger’s certificate second',
      code: 'oidc.signature_invalid',
      token: forged(() => ({ x5c: [trusted(), certificate] })),
    },
    ...['jku', 'x5u'].flatMap((name) => [
      { name, code: 'oidc.signature_invalid', token: forged(() => ({ [name]: canary.url })) },
      {
        name: `${name} under an unknown name`,
        code: 'oidc.key_unknown',
        token: forged(() => ({ [name]: canary.url, kid: 'mine' })),
      },
    ]),
  ]);
  it('NOFETCH: nobody knocked at the addresses in the headers', () => assert.equal(canary.connections, 0));
});

describe('a key id is a name, and neither a path nor a query nor a member (T89)', () => {
  accept(here, [{ name: 'no kid, where the provider has one key', token: { header: { kid: undefined } } }]);
  const kids = [
    '../../dev/null',
    '/dev/null',
    "' OR 1=1--",
    'https://evil.example/key',
    '__proto__',
    'constructor',
    'toString',
    'key-1 ',
    'KEY-1',
    'key-1\0',
    '',
    '*',
  ];
  refuse(
    here,
    kids.map((kid) => ({
      name: JSON.stringify(kid),
      code: 'oidc.key_unknown',
      token: { claims: evil, key: stranger.privateKey, header: { kid } },
    })),
  );
  refuse(here, [
    { name: '64 kB', code: 'oidc.header_refused', token: { header: { kid: 'k'.repeat(65_536) } } },
    { name: 'a number', code: 'oidc.header_refused', token: { header: { kid: 1 } } },
    { name: 'a list with the right one', code: 'oidc.header_refused', token: { header: { kid: ['key-1'] } } },
    { name: 'an object', code: 'oidc.header_refused', token: { header: { kid: { toString: 'key-1' } } } },
  ]);
  accept(here, [
    {
      name: 'by the name of one of two keys',
      prepare: () => {
        stage.idp.rotateKeys({ keepOld: true, kid: 'key-2', alg: 'RS256' });
        // Known to the gateway from now on, not from the next unknown name on.
        stage.advance(601);
      },
    },
  ]);
  refuse(here, [
    { name: 'none, where two keys could have signed', code: 'oidc.key_ambiguous', token: { header: { kid: undefined } } },
    { name: 'that of the other of two keys', code: 'oidc.signature_invalid', token: { header: { kid: 'key-1' } } },
  ]);
});

describe('a token of another kind is no ID token (RFC 8725 §3.11)', () => {
  accept(here, [
    { name: 'no typ', token: { header: { typ: undefined } } },
    { name: 'typ application/jwt', token: { header: { typ: 'application/jwt' } } },
  ]);
  refuse(here, [
    ...['at+jwt', 'application/at+jwt', 'logout+jwt', 'secevent+jwt', 'dpop+jwt'].map((typ) => ({
      name: `typ ${typ}`,
      code: 'oidc.header_refused',
      token: { header: { typ } },
    })),
    { name: 'crit', code: 'oidc.header_refused', token: { header: { crit: ['exp'], exp: 1 } } },
    { name: 'an empty crit', code: 'oidc.header_refused', token: { header: { crit: [] } } },
    { name: 'b64 false', code: 'oidc.header_refused', token: { header: { b64: false } } },
    {
      name: 'an ES256 signature where the published key is RSA',
      code: 'oidc.key_unknown',
      token: () => {
        const curve = makeKey('key-2', 'ES256');
        return {
          raw: (token: string) =>
            signJws('{"alg":"ES256","kid":"key-2"}', claimsTextOf(token), { alg: 'ES256', key: curve.privateKey }),
        };
      },
    },
  ]);
});

const claimsTextOf = (token: string): string => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
