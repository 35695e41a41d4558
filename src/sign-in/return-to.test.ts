import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { checkReturnTo } from './return-to.ts';

describe('checkReturnTo (RFC 9700 §4.11)', () => {
  for (const place of ['/oauth/authorize?client_id=a&scope=openid', '/sign-in/done', '/console', '/console/people']) {
    it(`lets ${place} through`, () => assert.equal(checkReturnTo(place), place));
  }
  const evil = [
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '/\tevil',
    'javascript:alert(1)',
    '',
    '/oauth/authorizeX',
    '/oauth/authorize/../../x',
    '/oauth/authorize\r\nset-cookie: a=b',
    '/sign-in#x',
    '/oauth/token',
    `/sign-in?${'a'.repeat(9000)}`,
    '@evil.example/sign-in',
    '/oauth/authorize//evil',
    '/sign-in/%2e%2e/%2E%2e/globex/console',
    '/sign-in/%2fevil',
  ];
  for (const place of evil) {
    it(`refuses ${JSON.stringify(place.slice(0, 40))}`, () => {
      assert.throws(
        () => checkReturnTo(place),
        (error) => isProblem(error, 'sign_in.return_invalid'),
      );
    });
  }
});
