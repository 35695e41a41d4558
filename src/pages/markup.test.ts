import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pagesWith } from './every-page.fixture.ts';
import { consentPage, LANGUAGES, signInPage } from './index.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)",
  '</title><script>',
  '</style><script>',
  '<!--',
  '"><form action=https://evil.example>',
  '<base href=https://evil.example>',
  '&lt;script&gt;',
  '<%= 1 %>',
  '${1}',
  '`',
  '\\',
  ']]>',
];

describe('foreign text in the HTML of a page (ATTACKS.md T66)', () => {
  const harmless = pagesWith('Acme');
  for (const hostile of HOSTILE) {
    it(`${hostile} leaves the structure of every page as it is`, () => {
      for (const [name, page] of Object.entries(pagesWith(hostile))) {
        assert.deepEqual(structureOf(page.html), structureOf(harmless[name]?.html ?? ''), name);
      }
    });
  }
});

describe('the HTML of a page', () => {
  for (const language of LANGUAGES) {
    for (const [name, page] of Object.entries(pagesWith('Acme', language))) {
      it(`${name} (${language}) is balanced, titled, has one heading, one main and its language`, () => {
        checkBalanced(page.html);
        assert.match(page.html, new RegExp(`^<!doctype html>\\n<html lang="${language}">`));
        assert.match(page.html, /<title>[^<]+ · Acme<\/title>/);
        assert.equal((page.html.match(/<h1>/g) ?? []).length, 1);
        assert.equal((page.html.match(/<main/g) ?? []).length, 1);
        assert.doesNotMatch(page.html, /undefined|null|\[object/);
      });

      it(`${name} (${language}) labels each field that is seen, and each form can be sent without scripts`, () => {
        for (const [field] of page.html.matchAll(/<input (?!type="hidden")[^>]*>/g)) {
          const id = / id="([^"]+)"/.exec(field)?.[1];
          assert.ok(page.html.includes(`<label for="${id}">`), field);
        }
        for (const [form] of page.html.matchAll(/<form [^]*?<\/form>/g))
          assert.match(form, /<form method="post"[^]*type="submit"/);
      });
    }
  }

  it('the error of a field is tied to it and named in the title', () => {
    const form = { action: '/sign-in', error: 'no_provider' } as const;
    const { html } = signInPage({ tenantName: 'Acme', language: 'en', form, providers: [] });
    assert.match(html, /<input id="identifier"[^>]* aria-invalid="true" aria-describedby="identifier-error"/);
    assert.match(html, /id="identifier-error"/);
    assert.match(html, /<title>Error: /);
  });

  it('a consent shows the host that the answer goes to, and no host of an application’s own scheme', () => {
    const asked = {
      tenantName: 'Acme',
      language: 'en',
      applicationName: 'Robot',
      scopes: [],
      action: '/c',
      allow: {},
      deny: {},
    } as const;
    assert.match(consentPage({ ...asked, redirectUri: 'https://robot.example/cb' }).html, /robot\.example/);
    assert.doesNotMatch(consentPage({ ...asked, redirectUri: 'com.example.robot:/cb' }).html, /Afterwards/);
  });
});

/** Tags with the names of their attributes, in order; what is written inside them does not count. */
function structureOf(html: string): string[] {
  const withoutAssets = html.replaceAll(/<style>[^]*?<\/style>/g, '<style></style>');
  return [...withoutAssets.matchAll(/<(\/?[a-z][a-z0-9]*|!--|!doctype)((?:[^>"]|"[^"]*")*)>?/gi)].map(
    ([, tag, attributes]) =>
      `${tag} ${[...(attributes ?? '').matchAll(/([^\s="]+)(?:="[^"]*")?/g)].map((match) => match[1]).join(' ')}`,
  );
}

const VOID = new Set(['meta', 'link', 'img', 'input', 'br', 'path']);

function checkBalanced(html: string): void {
  const open: string[] = [];
  for (const entry of structureOf(html)) {
    const tag = entry.split(' ', 1)[0] ?? '';
    if (tag.startsWith('!') || VOID.has(tag)) continue;
    if (tag.startsWith('/')) assert.equal(open.pop(), tag.slice(1));
    else open.push(tag);
  }
  assert.deepEqual(open, []);
}
