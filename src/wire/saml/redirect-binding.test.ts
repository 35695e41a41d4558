import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { isProblem } from '#kernel/problem.ts';
import { inflateMessage, readRedirect } from './redirect-binding.ts';

const message = deflateRawSync('<a></a>').toString('base64');
const of = (code: string) => (error: unknown) => isProblem(error, code);

describe('SAML Bindings §3.4.4.1: the redirect binding', () => {
  it('takes the very octets that were sent, in the order of the binding', () => {
    const raw = message.replaceAll('+', '%2b').replaceAll('/', '%2f').replaceAll('=', '%3d');
    const { signature, relayState, deflated } = readRedirect(
      `Signature=AAAA&RelayState=a%2fb&x=y&SigAlg=urn%3aalg&SAMLRequest=${raw}`,
      'SAMLRequest',
    );
    assert.equal(Buffer.from(signature?.octets ?? []).toString(), `SAMLRequest=${raw}&RelayState=a%2fb&SigAlg=urn%3aalg`);
    assert.deepEqual([relayState, signature?.algorithm], ['a/b', 'urn:alg']);
    assert.equal(inflateMessage(deflated).toString(), '<a></a>');
  });

  it('an empty RelayState that was sent was signed, one that was not was not', () => {
    const octets = (query: string): string => String(Buffer.from(readRedirect(query, 'SAMLResponse').signature?.octets ?? []));
    assert.equal(octets('SAMLResponse=AAAA&RelayState=&SigAlg=a&Signature=AAAA'), 'SAMLResponse=AAAA&RelayState=&SigAlg=a');
    assert.equal(octets('SAMLResponse=AAAA&SigAlg=a&Signature=AAAA'), 'SAMLResponse=AAAA&SigAlg=a');
  });

  it('refuses a parameter that comes twice, is missing, or is not properly escaped', () => {
    for (const query of [
      'SAMLRequest=AAAA&SAMLRequest=AAAA',
      'SAMLRequest=AAAA&SigAlg=a&SigAlg=b',
      'SAML%52equest=AAAA',
      '',
      'SAMLRequest=%f',
    ])
      assert.throws(() => readRedirect(query, 'SAMLRequest'), of('xml.malformed'), query);
    for (const query of ['SAMLRequest=', 'SAMLRequest=A', 'SAMLRequest=AAAA&SigAlg=a&Signature='])
      assert.throws(() => readRedirect(query, 'SAMLRequest'), of('xml.base64'), query);
  });

  it('a bomb ends at the size of a message (T68)', () => {
    const bomb = deflateRawSync(Buffer.alloc(64_000_000));
    assert.throws(() => inflateMessage(bomb), of('xml.too_large'));
    assert.throws(() => inflateMessage(bomb.subarray(0, 10)), of('xml.malformed'));
    assert.throws(() => inflateMessage(Buffer.from('not deflated at all')), of('xml.malformed'));
  });
});
