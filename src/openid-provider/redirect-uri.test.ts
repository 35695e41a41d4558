import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findRedirectFault } from './redirect-uri.ts';

describe('A redirect URI that may be registered (RFC 9700 §2.1, RFC 8252 §7)', () => {
  const good: [string, 'confidential' | 'public'][] = [
    ['https://crm.example/callback', 'confidential'],
    ['https://crm.example/callback?tenant=acme', 'confidential'],
    ['https://crm.example:8443/', 'confidential'],
    ['http://localhost:3000/callback', 'confidential'],
    ['http://127.0.0.1/callback', 'public'],
    ['http://[::1]:5000/callback', 'public'],
    ['com.example.app:/callback', 'public'],
    ['com.example.app://callback', 'public'],
  ];
  for (const [uri, kind] of good) it(`${uri} (${kind})`, () => assert.equal(findRedirectFault(uri, kind), undefined));
});

describe('A redirect URI that may not', () => {
  const bad: [string, 'confidential' | 'public', string][] = [
    ['http://crm.example/callback', 'confidential', 'http_not_loopback'],
    ['http://localhost.evil.example/', 'confidential', 'http_not_loopback'],
    ['http://127.0.0.1.evil.example/', 'public', 'http_not_loopback'],
    ['https://crm.example/#fragment', 'confidential', 'fragment'],
    ['https://crm.example/#', 'confidential', 'fragment'],
    ['https://*.crm.example/', 'confidential', 'wildcard'],
    ['https://user:pw@crm.example/', 'confidential', 'userinfo'],
    ['https://@crm.example/', 'confidential', 'userinfo'],
    ['https://crm.example/a/../b', 'confidential', 'dot_segment'],
    ['https://crm.example/a/%2e%2e/b', 'confidential', 'dot_segment'],
    ['https://crm.example/..;/b', 'confidential', 'dot_segment'],
    ['https:/crm.example/', 'confidential', 'not_a_uri'],
    ['https:crm.example', 'confidential', 'not_a_uri'],
    ['https://crm.example\\@evil.example/', 'confidential', 'not_ascii'],
    ['https://crm.example/ callback', 'confidential', 'not_ascii'],
    ['https://crm.exämple/', 'confidential', 'not_ascii'],
    ['/callback', 'confidential', 'not_a_uri'],
    ['', 'confidential', 'not_ascii'],
    [`https://crm.example/${'a'.repeat(2000)}`, 'confidential', 'too_long'],
    ['javascript:alert(1)', 'public', 'scheme'],
    ['data:text/html,x', 'public', 'scheme'],
    ['com.example.app:/callback', 'confidential', 'private_use_not_public'],
    ['myapp:/callback', 'public', 'private_use_shape'],
  ];
  for (const [uri, kind, fault] of bad)
    it(`${uri.slice(0, 60)} (${kind}) is ${fault}`, () => assert.equal(findRedirectFault(uri, kind), fault));
});
