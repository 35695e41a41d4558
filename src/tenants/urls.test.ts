import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locateTenant } from './scope.routes.ts';
import { createTenantUrls, findTemplateFault, NOWHERE } from './urls.ts';

const byPath = createTenantUrls([{ region: 'default', template: 'https://sso.example.com/t/{tenant}' }]);
const byHost = createTenantUrls([
  { region: 'na', template: 'https://{tenant}.sso.example.com' },
  { region: 'eu', template: 'https://{tenant}.eu.sso.example.com' },
  { region: 'apac', template: 'https://{tenant}.apac.sso.example.com' },
]);
const below = createTenantUrls([{ region: 'default', template: 'http://localhost:8080/auth/tenants/{tenant}/' }]);
const mixed = createTenantUrls([
  { region: 'default', template: 'http://localhost:8080/t/{tenant}' },
  { region: 'eu', template: 'https://{tenant}.eu.example.com:8443/sso' },
]);

describe('The URL of a tenant', () => {
  for (const [name, urls, region, tenantUrl, serverUrl] of [
    ['path form', byPath, 'default', 'https://sso.example.com/t/acme', 'https://sso.example.com'],
    ['sub-domain form', byHost, 'na', 'https://acme.sso.example.com', 'https://sso.example.com'],
    ['sub-domain form of a region', byHost, 'eu', 'https://acme.eu.sso.example.com', 'https://eu.sso.example.com'],
    [
      'path form under a base path, with port and trailing slash',
      below,
      'default',
      'http://localhost:8080/auth/tenants/acme',
      'http://localhost:8080/auth',
    ],
    [
      'sub-domain form under a base path, with port',
      mixed,
      'eu',
      'https://acme.eu.example.com:8443/sso',
      'https://eu.example.com:8443/sso',
    ],
    ['a region that is gone falls back to the first', byHost, 'mars', 'https://acme.sso.example.com', 'https://sso.example.com'],
  ] as const) {
    test(`follows its template: ${name}`, () => {
      assert.equal(urls.urlOf({ name: 'acme', region }), tenantUrl);
      assert.equal(urls.serverUrl(region), serverUrl);
      const { host, pathname } = new URL(tenantUrl);
      assert.deepEqual(urls.locate(host, pathname), { tenant: 'acme', rest: '/' });
    });
  }

  test('of a port that its scheme implies leaves the port out', () => {
    const urls = createTenantUrls([{ region: 'default', template: 'https://SSO.example.com:443/t/{tenant}' }]);
    assert.equal(urls.urlOf({ name: 'acme', region: 'default' }), 'https://sso.example.com/t/acme');
  });
});

describe('A request is located', () => {
  for (const [name, urls, host, path, tenant, rest] of [
    ['by path, whatever the host', byPath, 'evil.example', '/t/acme/oauth/token', 'acme', '/oauth/token'],
    ['by path with a query', byPath, 'x', '/t/acme/sign-in?next=/t/globex/../x//', 'acme', '/sign-in?next=/t/globex/../x//'],
    ['by path without a rest', byPath, 'x', '/t/acme', 'acme', '/'],
    ['by path with a query alone', byPath, 'x', '/t/acme?x=1', 'acme', '/?x=1'],
    ['by path with a trailing slash', byPath, 'x', '/t/acme/sign-in/', 'acme', '/sign-in/'],
    ['by host', byHost, 'acme.sso.example.com', '/oauth/token', 'acme', '/oauth/token'],
    ['by host of a region', byHost, 'acme.eu.sso.example.com', '/', 'acme', '/'],
    ['by host in another case and with a port', byHost, 'ACME.SSO.Example.Com:8443', '/x', 'acme', '/x'],
    ['by host, not by a path of the other form', byHost, 'acme.sso.example.com', '/t/globex/x', 'acme', '/t/globex/x'],
    ['by host before path where both forms are used', mixed, 'acme.eu.example.com', '/sso/t/globex/x', 'acme', '/t/globex/x'],
    ['by path where both forms are used', mixed, 'localhost:8080', '/t/globex/x', 'globex', '/x'],
    ["as the server's own", byPath, 'sso.example.com', '/api/v1/tenants?limit=1', null, '/api/v1/tenants?limit=1'],
    ["as the server's own under its base path", below, 'localhost:8080', '/auth/api/v1/tenants', null, '/api/v1/tenants'],
    ["as the server's own by a probe past the proxy", below, '10.0.0.1', '/healthz', null, '/healthz'],
    [
      'as the server of a region before a tenant of that name',
      byHost,
      'apac.sso.example.com',
      '/api/v1/tenants',
      null,
      '/api/v1/tenants',
    ],
    [
      "as the server's own on a host that nobody knows",
      byHost,
      'acme.sso.example.com.evil.example',
      '/healthz',
      null,
      '/healthz',
    ],
    [
      'with an encoded character that must be encoded',
      byPath,
      'x',
      '/t/acme/api/v1/groups/a%20b%C3%BC%40',
      'acme',
      '/api/v1/groups/a%20b%C3%BC%40',
    ],
    ['under /.well-known', byPath, 'x', '/t/acme/.well-known/openid-configuration', 'acme', '/.well-known/openid-configuration'],
  ] as const) {
    test(name, () => assert.deepEqual(urls.locate(host, path), { tenant, rest }));
  }
});

describe('T156: an odd address reaches no tenant', () => {
  test('while the plain one does', () => assert.equal(byPath.locate('x', '/t/acme/sign-in').tenant, 'acme'));

  for (const path of [
    '/t/acme/../globex/sign-in',
    '/t/../t/globex/sign-in',
    '/t/acme/..',
    '/t/acme/./sign-in',
    '/./t/acme/sign-in',
    '/t/acme/..;/globex',
    '/t/acme;x/sign-in',
    '/t/acme/sign-in;jsessionid=1',
    '/t/acme/%2e%2e/globex',
    '/t/acme/%2E%2E/globex',
    '/t/acme/.%2e/globex',
    '/t/acme%2fsign-in',
    '/t/acme/%2Fsign-in',
    '/t/%61cme/sign-in',
    '/t/acme/sign%2Din',
    '/%74/acme/sign-in',
    '/t/acme/%252e%252e/x',
    '//t/acme/sign-in',
    '/t//acme/sign-in',
    '/t/acme//sign-in',
    '/t/acme/sign-in//',
    '/t/acme\\sign-in',
    '/t/acme/..\\globex',
    '/t/acme/%5c..%5cglobex',
    '/t/acme/sign-in%00',
    '/t/acme/sign-in%0d%0aSet-Cookie:x',
    '/t/acme/sign-in%3fadmin',
    '/t/acme/%23',
    '/t/acme/%',
    '/t/acme/%zz',
    '/t/acme/ sign-in',
    '/t/acme/\u00e9',
    '/t/ACME/sign-in',
    '/T/acme/sign-in',
    '/t/Acme',
    '/t/acme%20/sign-in',
    '/t/.acme/x',
    '/t/a/x',
    '/t//x',
    '/t/',
    '/t',
    't/acme/sign-in',
    '*',
    '/t/{tenant}/x',
    '/t/acme/"x"',
  ]) {
    test(path, () => assert.equal(byPath.locate('sso.example.com', path).tenant, null));
  }

  for (const host of [
    'acme.sso.example.com.',
    'acme.sso.example.com@evil.example',
    'x.acme.sso.example.com',
    'acme_.sso.example.com',
    '.sso.example.com',
    'acme..sso.example.com',
    'acme.sso.example.com:port',
    'acme.sso.example.com:8443:8443',
    'acmesso.example.com',
    'a.sso.example.com',
    'sso.example.com',
    '',
    'acme',
    'ácme.sso.example.com',
    'acme.sso.example.com, globex.sso.example.com',
    'acme.sso.example.com/x',
    'acme%2esso.example.com',
    ' acme.sso.example.com',
  ]) {
    test(`host ${JSON.stringify(host)}`, () => assert.equal(byHost.locate(host, '/sign-in').tenant, null));
  }

  test('and a path outside the base path of a sub-domain template leads nowhere', () => {
    assert.deepEqual(mixed.locate('acme.eu.example.com', '/sso/x'), { tenant: 'acme', rest: '/x' });
    assert.deepEqual(mixed.locate('acme.eu.example.com', '/ssox'), { tenant: null, rest: NOWHERE });
  });

  test('and stays quick at any length', () => {
    const long = `/t/acme${'/a%20'.repeat(3000)}`;
    assert.equal(byPath.locate('x', long).tenant, 'acme');
    assert.equal(byPath.locate('x', `${long}%2e`).tenant, null);
  });
});

describe('The inside address', () => {
  for (const [target, inside] of [
    ['/t/acme/sign-in', '/~t/acme/sign-in'],
    ['/t/acme', '/~t/acme/'],
    ['/healthz', '/healthz'],
    ['/~t/acme/sign-in', NOWHERE],
    ['/%7Et/acme/sign-in', NOWHERE],
    ['/%7et/acme/sign-in', NOWHERE],
    ['/~%74/acme/sign-in', NOWHERE],
    ['http://evil.example/t/acme/sign-in?x=1', '/~t/acme/sign-in?x=1'],
    ['http://evil.example/~t/acme/sign-in', NOWHERE],
    ['http://evil.example', NOWHERE],
    ['*', NOWHERE],
    ['ftp://x/t/acme', NOWHERE],
  ] as const) {
    test(`of ${target} is ${inside}`, () => assert.equal(locateTenant(byPath, 'sso.example.com', target), inside));
  }

  test('follows the Host header, not an absolute request line, where the host decides', () => {
    assert.equal(locateTenant(byHost, 'acme.sso.example.com', 'https://globex.sso.example.com/x'), '/~t/acme/x');
  });
});

describe('A URL template is refused', () => {
  test('unless it is one of these', () => {
    for (const template of [
      'http://localhost:8080/t/{tenant}',
      'https://{tenant}.sso.example.com',
      'https://{tenant}.example.com:8443/base/',
      'https://x.example/a/b/{tenant}/',
    ]) {
      assert.equal(findTemplateFault(template), null, template);
    }
  });

  for (const template of [
    '',
    'https://sso.example.com',
    'sso.example.com/t/{tenant}',
    'ftp://{tenant}.example.com',
    'https://{tenant}.example.com/t/{tenant}',
    'https://x{tenant}.example.com',
    'https://sso.{tenant}.example.com',
    'https://{tenant}',
    'https://sso.example.com/{tenant}',
    'https://sso.example.com/t/{tenant}/x',
    'https://sso.example.com/t-{tenant}',
    'https://sso.example.com/api/{tenant}',
    'https://sso.example.com/?t={tenant}',
    'https://sso.example.com/t/{tenant}?x=1',
    'https://sso.example.com/t/{tenant}#x',
    'https://user@sso.example.com/t/{tenant}',
    'https://sso.example.com/{port}/{tenant}',
    'https://sso.example.com//{tenant}',
    'javascript:{tenant}',
  ]) {
    test(JSON.stringify(template), () => {
      assert.notEqual(findTemplateFault(template), null);
      assert.throws(() => createTenantUrls([{ region: 'default', template }]));
    });
  }
});
