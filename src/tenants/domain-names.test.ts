import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainOfEmail, findDomain, isPublicMailDomain, ownsEmailDomain, readDomainName } from './domain-names.ts';
import type { Domain } from './tenant.ts';

function domain(name: string, given: Partial<Domain> = {}): Domain {
  return {
    name,
    includeSubdomains: false,
    state: 'proven',
    token: 'token',
    createdAt: new Date(0),
    provenAt: new Date(0),
    ...given,
  };
}

describe('A domain name (RFC 1123 §2.1, RFC 5891)', () => {
  for (const [text, name] of [
    ['acme.example', 'acme.example'],
    ['ACME.Example', 'acme.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a.b.c.example', 'a.b.c.example'],
    ['1und1.de', '1und1.de'],
    ['例え.jp', 'xn--r8jz45g.jp'],
  ] as const) {
    test(`${text} is read as ${name}`, () => assert.equal(readDomainName(text), name));
  }

  for (const text of [
    '',
    '.',
    'acme',
    'acme.',
    'acme.example.',
    '.acme.example',
    'acme..example',
    '-acme.example',
    'acme-.example',
    'ac_me.example',
    'acme.example:25',
    'acme.example/x',
    '*.acme.example',
    '@acme.example',
    'acme .example',
    'acme.example\n',
    'acme.example\0',
    '127.0.0.1',
    '1.2',
    '[::1]',
    '0x7f.1',
    'xn--',
    'acme。example',
    'ａcme.example',
    'ⓐcme.example',
    'acme.ex\u00adample',
    'acme\u200b.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
  ]) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(readDomainName(text), undefined));
  }
});

describe('The domain of an e-mail address', () => {
  for (const [email, name] of [
    ['ann@acme.example', 'acme.example'],
    ['Ann+x@ACME.example', 'acme.example'],
    ['ann@bücher.example', 'xn--bcher-kva.example'],
  ] as const) {
    test(`${email} is ${name}`, () => assert.equal(domainOfEmail(email), name));
  }

  for (const email of [
    'ann',
    '@acme.example',
    'ann@',
    'ann@evil.example@acme.example',
    'ann@acme.example@evil.example',
    '"ann@evil.example"@acme.example',
    'ann@acme.example.',
    'ann@acme.example ',
    ' ann@acme.example',
    'ann@acme.example\r\nBcc: x',
    'ann@acme.example\0.evil.example',
    'ann@acme',
    'ann@[127.0.0.1]',
    'ann@acme.example,bob@evil.example',
    'ann@acme.example>',
  ]) {
    test(`${JSON.stringify(email)} has none`, () => assert.equal(domainOfEmail(email), undefined));
  }
});

describe('A tenant owns an e-mail address', () => {
  const owned = [
    domain('acme.example'),
    domain('globex.example', { includeSubdomains: true, state: 'vouched' }),
    domain('xn--bcher-kva.example'),
  ];
  const claimed = [domain('initech.example', { state: 'pending', includeSubdomains: true })];

  for (const email of [
    'ann@acme.example',
    'ANN@ACME.EXAMPLE',
    'ann@globex.example',
    'ann@a.globex.example',
    'ann@a.b.globex.example',
    'ann@bücher.example',
    'ann@BÜCHER.example',
  ]) {
    test(email, () => assert.equal(ownsEmailDomain(owned, email), true));
  }

  for (const email of [
    'ann@evilacme.example',
    'ann@acme.example.evil.example',
    'ann@sub.acme.example',
    'ann@evilglobex.example',
    'ann@globex.example.',
    'ann@.globex.example',
    'ann@example',
    'ann@ácme.example',
    'ann@acmе.example',
    'ann@acme.example@evil.example',
    'ann@xn--bcher-kva.example.evil',
    'acme.example',
    '',
  ]) {
    test(`but not ${JSON.stringify(email)}`, () => assert.equal(ownsEmailDomain(owned, email), false));
  }

  test('only once its domain is proven or vouched for', () => {
    assert.equal(ownsEmailDomain(claimed, 'ann@initech.example'), false);
    assert.equal(
      ownsEmailDomain(
        claimed.map((one) => ({ ...one, state: 'proven' as const })),
        'ann@initech.example',
      ),
      true,
    );
  });

  test('by the nearest domain', () => {
    const domains = [
      domain('acme.example', { includeSubdomains: true }),
      domain('eu.acme.example', { includeSubdomains: true }),
      domain('x.eu.acme.example'),
    ];
    assert.equal(findDomain(domains, 'x.eu.acme.example')?.name, 'x.eu.acme.example');
    assert.equal(findDomain(domains, 'y.eu.acme.example')?.name, 'eu.acme.example');
    assert.equal(findDomain(domains, 'y.acme.example')?.name, 'acme.example');
    assert.equal(findDomain(domains, 'example'), undefined);
  });
});

test('A public mail domain is known as one, a domain below one is not', () => {
  for (const name of ['gmail.com', 'outlook.com', 'web.de', 'qq.com', 'proton.me', 'onmicrosoft.com'])
    assert.equal(isPublicMailDomain(name), true, name);
  for (const name of ['acme.onmicrosoft.com', 'acme.example', 'notgmail.com'])
    assert.equal(isPublicMailDomain(name), false, name);
});
