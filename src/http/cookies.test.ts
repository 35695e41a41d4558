import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cookiesOf, readCookie } from './cookies.ts';
import { isFromElsewhere, isFromThisSite } from './origin.ts';

describe('Cookies of a tenant (RFC 6265bis §4.1.3.2)', () => {
  const secure = cookiesOf('acme', 'https://sso.example.com/t/acme');
  const open = cookiesOf('acme', 'http://localhost:3000/t/acme');
  it('are of one host, for HTTPS and not for scripts', () => {
    assert.equal(
      secure.serialize('session', 's', 'lax'),
      '__Host-sallyport-session.acme=s; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    assert.equal(
      secure.serialize('browser', 'b', 'cross-site-post'),
      '__Host-sallyport-browser.acme=b; Path=/; HttpOnly; Secure; SameSite=None',
    );
    assert.equal(secure.clear('session'), '__Host-sallyport-session.acme=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0');
  });
  it('without HTTPS claim nothing that browsers would not believe', () => {
    assert.equal(open.serialize('session', 's', 'lax'), 'sallyport-session.acme=s; Path=/; HttpOnly; SameSite=Lax');
    assert.equal(open.serialize('browser', 'b', 'cross-site-post'), 'sallyport-browser.acme=b; Path=/; HttpOnly');
    assert.equal(open.clear('browser'), 'sallyport-browser.acme=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
  });
  it('are none when they came twice, or in a header beyond reason', () => {
    assert.equal(readCookie('a=1; b=2=3;c= 4 ', 'b'), '2=3');
    assert.equal(readCookie('a=1; b=2=3;c= 4 ', 'c'), '4');
    assert.equal(readCookie('=x; a=', 'a'), '');
    for (const header of [undefined, '', 'a', 'xa=1', 'ax=1', 'A=1', 'a=1; a=2', 'a=1; a=1'])
      assert.equal(readCookie(header, 'a'), undefined, header);
    const filled = (length: number): string => `a=1; b=${'x'.repeat(length - 'a=1; b='.length)}`;
    assert.deepEqual([readCookie(filled(16_384), 'a'), readCookie(filled(16_385), 'a')], ['1', undefined]);
  });
});

describe('Our own page sent a form', () => {
  const own = 'https://sso.example.com/t/acme';
  const rows: [string, Record<string, string>, isOurs: boolean, isElsewheres: boolean][] = [
    ['from this page', { 'sec-fetch-site': 'same-origin' }, true, false],
    ['by the person’s own hand', { 'sec-fetch-site': 'none' }, true, false],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, false, true],
    ['from a sibling host', { 'sec-fetch-site': 'same-site' }, false, false],
    [
      'from another site, whatever Origin says',
      { 'sec-fetch-site': 'cross-site', origin: 'https://sso.example.com' },
      false,
      true,
    ],
    ['from here, by Origin', { origin: 'https://sso.example.com' }, true, false],
    ['from elsewhere, by Origin', { origin: 'https://evil.example' }, false, false],
    ['from the same host and another port', { origin: 'https://sso.example.com:8443' }, false, false],
    ['from here without TLS', { origin: 'http://sso.example.com' }, false, false],
    ['from a page without an origin', { origin: 'null' }, false, false],
    ['by no browser', {}, true, false],
  ];
  for (const [name, headers, isOurs, isElsewheres] of rows)
    it(`${name}: ${isOurs ? 'taken' : 'refused'}`, () => {
      const request = { headers } as never;
      assert.deepEqual([isFromThisSite(request, own), isFromElsewhere(request)], [isOurs, isElsewheres]);
    });
});
