import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseLanguage, explain, LANGUAGES } from './index.ts';
import { textsOf } from './texts/catalogue.ts';

describe('chooseLanguage', () => {
  const rows: [title: string, uiLocales: string | undefined, acceptLanguage: string | undefined, language: string][] = [
    ['nobody’s wish is answered in English', undefined, undefined, 'en'],
    ['the application’s wish goes before the browser’s', 'de', 'en', 'de'],
    ['the application’s first known wish counts', 'fr-CA  de en', undefined, 'de'],
    ['a region is served its language', undefined, 'de-AT', 'de'],
    ['the browser’s weights count', undefined, 'en;q=0.5, de;q=0.9', 'de'],
    ['a weight of nought is a refusal', undefined, 'de;q=0, en;q=0.1', 'en'],
    ['unknown languages are passed over', undefined, 'fr, nl;q=0.9, de;q=0.2', 'de'],
    ['letters’ case does not count', 'DE', undefined, 'de'],
    ['any language at all is English', undefined, '*', 'en'],
    ['what cannot be read is no wish', ';;;,,,', ';q=;q=x,,de;q=abc', 'en'],
    ['a longer header than any browser’s is not read to its end', undefined, `${'fr,'.repeat(1_000)}de`, 'en'],
  ];
  for (const [title, uiLocales, acceptLanguage, language] of rows) {
    it(title, () => assert.equal(chooseLanguage({ uiLocales, acceptLanguage }), language));
  }
});

describe('explain', () => {
  const facts = { tenant: 'Acme', email: 'anna@acme.example', provider: 'Okta' };

  for (const language of LANGUAGES) {
    const { problems, fallbacks, reasons } = textsOf(language);
    for (const reason of Object.keys(reasons)) {
      it(`the provider’s own reason ${reason} says in ${language} what happened and what to do`, () => {
        for (const provider of [undefined, 'Okta']) {
          const { title, body, remedy } = explain('oidc.access_denied', language, {
            ...facts,
            reason,
            ...(provider ? { provider } : {}),
          });
          assert.match(title, /^\p{Lu}.*[^.]$/u);
          assert.match(body, /\.$/);
          assert.match(remedy, /^\p{Lu}.*\.$/u);
          assert.doesNotMatch(title + body + remedy, /undefined|\[object|\{/);
        }
      });
    }
    for (const code of [...Object.keys(problems), ...Object.keys(fallbacks)]) {
      it(`${code} says in ${language} what happened and what to do`, () => {
        for (const known of [facts, { tenant: 'Acme' }]) {
          const { title, body, remedy } = explain(code, language, known);
          assert.match(title, /^\p{Lu}.*[^.]$/u);
          assert.match(body, /\.$/);
          assert.match(remedy, /^\p{Lu}.*\.$/u);
          assert.doesNotMatch(title + body + remedy, /undefined|\[object|\{/);
        }
      });
    }
  }

  it('every German text of a refusal differs from the English one', () => {
    for (const code of Object.keys(textsOf('en').problems)) {
      assert.notEqual(explain(code, 'de', facts).body, explain(code, 'en', facts).body, code);
    }
  });

  it('names the address and the tenant when nobody is found and creation is off', () => {
    assert.equal(explain('admission.no_account', 'en', facts).body, 'anna@acme.example has no active account in Acme.');
  });

  it('a reason that there is no text for leaves the words of the code', () => {
    for (const reason of ['constructor', '', 'unknown']) {
      assert.deepEqual(explain('oidc.access_denied', 'en', { ...facts, reason }), explain('oidc.access_denied', 'en', facts));
    }
  });

  it('a code without words of its own gets those of its folder', () => {
    assert.deepEqual(explain('saml.audience_mismatch', 'en', facts), explain('saml.destination_mismatch', 'en', facts));
    assert.notDeepEqual(explain('saml.audience_mismatch', 'en', facts), explain('billing.unpaid', 'en', facts));
  });

  for (const code of ['', 'constructor', '__proto__', 'toString.call', '.', 'saml', 'a'.repeat(10_000)]) {
    it(`${JSON.stringify(code.slice(0, 20))} is explained like any other code`, () => {
      assert.ok(explain(code, 'de', facts).title.length > 0);
    });
  }
});
