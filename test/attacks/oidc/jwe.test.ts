import { after, before, describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { bounded } from '../oracles.ts';
import { accept, openStage, refuseOne, type Stage } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const base64url = (content: string | Buffer): string => Buffer.from(content).toString('base64url');
/** Five parts; what is in them is never looked at. */
const jwe = (header: object, ciphertext: string | Buffer = 'AAAA', encryptedKey = 'AAAA'): string =>
  [
    base64url(JSON.stringify(header)),
    base64url(encryptedKey),
    base64url('iv-of-12-byte'),
    base64url(ciphertext),
    base64url('tag-of-16-bytes!'),
  ].join('.');

describe('an encrypted ID token is refused before it costs anything (T109)', () => {
  accept(here, [{ name: 'a signed one' }]);
  const encrypted: Record<string, string> = {
    'PBES2 with 2,147,483,647 rounds': jwe({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_147_483_647, p2s: 'c2FsdHNhbHQ' }),
    'PBES2 with a billion rounds in text': jwe({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: '1e9', p2s: '' }),
    'a DEFLATE bomb': jwe({ alg: 'RSA-OAEP-256', enc: 'A256GCM', zip: 'DEF' }, deflateRawSync(Buffer.alloc(60_000_000))),
    'dir with an empty key': jwe({ alg: 'dir', enc: 'A128GCM' }, 'AAAA', ''),
    'dir with the client’s secret': jwe({ alg: 'dir', enc: 'A256GCM' }),
    RSA1_5: jwe({ alg: 'RSA1_5', enc: 'A128CBC-HS256' }),
    'ECDH-ES with a point off its curve': jwe({
      alg: 'ECDH-ES',
      enc: 'A128GCM',
      epk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    }),
    'a signed token inside': jwe({ alg: 'dir', enc: 'A128GCM', cty: 'JWT' }, 'eyJhbGciOiJFUzI1NiJ9.e30.AA'),
    'five empty parts': '....',
  };
  for (const [name, token] of Object.entries(encrypted)) {
    it(`${name}: oidc.token_encrypted`, () =>
      bounded(async () => void (await refuseOne(stage, { token: { raw: () => token } }, 'oidc.token_encrypted'))));
  }
  const malformed: Record<string, (token: string) => string> = {
    'six parts': (token) => `${token}.AA.AA.AA`,
    'a million dots': () => '.'.repeat(100_000),
    'JWE as JSON': () =>
      JSON.stringify({ protected: base64url('{"alg":"dir","enc":"A128GCM"}'), ciphertext: 'AA', iv: 'AA', tag: 'AA' }),
    'JWS as JSON': (token) => {
      const [header, payload, signature] = token.split('.');
      return JSON.stringify({ payload, signatures: [{ protected: header, signature }] });
    },
  };
  for (const [name, raw] of Object.entries(malformed)) {
    it(`${name}: oidc.token_malformed`, () =>
      bounded(async () => void (await refuseOne(stage, { token: { raw } }, 'oidc.token_malformed'))));
  }
  it('a signed token that says it is deflated: oidc.header_refused', async () => {
    await refuseOne(stage, { token: { header: { zip: 'DEF' } } }, 'oidc.header_refused');
  });
});
