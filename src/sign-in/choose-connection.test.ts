import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '#upstream/index.ts';
import { type ChoiceFacts, chooseConnection } from './choose-connection.ts';

const connection = (slug: string, authentication: Partial<Connection['policy']['authentication']> = {}): Connection =>
  ({
    id: `idp_${slug}`,
    slug,
    name: slug,
    policy: { authentication: { default: false, domains: [], ...authentication }, branding: {} },
  }) as unknown as Connection;

const entra = connection('entra', { domains: ['acme.example', 'shared.example'] });
const okta = connection('okta', { domains: ['shared.example'] });
const plain = connection('plain');
const facts = (given: Partial<ChoiceFacts>): ChoiceFacts => ({
  usable: [entra, okta, plain],
  findOwnedDomain: (domain) => (domain.endsWith('.acme.example') ? 'acme.example' : domain),
  ...given,
});

const cases: { name: string; given: Partial<ChoiceFacts>; is: string }[] = [
  { name: 'a hint by slug', given: { idp: 'okta' }, is: 'okta by hint' },
  { name: 'a hint by id', given: { idp: 'idp_okta' }, is: 'okta by hint' },
  { name: 'a hint that names nobody asks', given: { idp: 'nobody' }, is: 'ask: idp' },
  {
    name: 'a hint goes before the default',
    given: { idp: 'okta', usable: [connection('main', { default: true }), okta] },
    is: 'okta by hint',
  },
  {
    name: 'the default turns domain routing off',
    given: { loginHint: 'ada@acme.example', usable: [connection('main', { default: true }), entra] },
    is: 'main by default',
  },
  { name: 'a domain with one provider', given: { loginHint: 'Ada@ACME.example' }, is: 'entra by domain' },
  {
    name: 'a domain below one that includes its sub-domains',
    given: { loginHint: 'ada@berlin.acme.example' },
    is: 'entra by domain',
  },
  { name: 'a domain with two providers', given: { loginHint: 'ada@shared.example' }, is: 'choose entra, okta' },
  { name: 'domain_hint', given: { domainHint: 'acme.example' }, is: 'entra by domain' },
  {
    name: 'a domain that the tenant has not proven routes nowhere',
    given: { loginHint: 'ada@acme.example', findOwnedDomain: () => undefined },
    is: 'ask: identifier',
  },
  { name: 'a domain that ends like a known one', given: { loginHint: 'ada@evilacme.example' }, is: 'ask: identifier' },
  { name: 'an address that pretends', given: { loginHint: 'ada@acme.example@evil.example' }, is: 'ask: identifier' },
  {
    name: "a person's own provider goes before their domain",
    given: { loginHint: 'ada@acme.example', own: okta.id },
    is: 'okta by own',
  },
  {
    name: 'and before the default',
    given: { loginHint: 'ada@acme.example', own: okta.id, usable: [connection('main', { default: true }), okta] },
    is: 'okta by own',
  },
  {
    name: 'one that is switched off leaves the domain to decide',
    given: { loginHint: 'ada@acme.example', own: okta.id, usable: [entra] },
    is: 'entra by domain',
  },
  { name: 'but not before a hint', given: { idp: 'entra', own: okta.id }, is: 'entra by hint' },
  { name: 'the only provider', given: { usable: [plain] }, is: 'plain by only' },
  { name: 'the only provider, but it serves certain domains', given: { usable: [entra] }, is: 'ask' },
  { name: 'several and no hint', given: {}, is: 'ask' },
  { name: 'none', given: { usable: [] }, is: 'none' },
];

describe('chooseConnection (PRODUCT.md §3)', () => {
  for (const { name, given, is } of cases) {
    it(`${name}: ${is}`, () => {
      const choice = chooseConnection(facts(given));
      const shown = {
        connection: () => choice.kind === 'connection' && `${choice.connection.slug} by ${choice.because}`,
        choose: () => choice.kind === 'choose' && `choose ${choice.connections.map(({ slug }) => slug).join(', ')}`,
        ask: () => choice.kind === 'ask' && (choice.wrong ? `ask: ${choice.wrong}` : 'ask'),
        none: () => 'none',
      }[choice.kind]();
      assert.equal(shown, is);
    });
  }
});
