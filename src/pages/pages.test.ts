import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  bouncePage, choicePage, consentPage, errorPage, LANGUAGES, type Language, type Page, pageHeaders, postFormPage, signedInPage,
  signedOutPage, signInPage, signOutConfirmPage,
} from './index.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

/** Every page with the same foreign text wherever a foreign text can stand. */
function pagesWith(foreign: string, language: Language = 'en'): Record<string, Page> {
  const frame = { tenantName: foreign, language, branding: { primaryColor: foreign, logoUrl: foreign } };
  const hidden = { [foreign]: foreign };
  const answers = { action: '/t/acme/answer', hidden, person: foreign };
  const field = { name: foreign, value: foreign };
  const providers = [{ name: foreign, text: foreign, image: foreign, href: '/t/acme/sso/okta/start' }];
  const form = { action: '/t/acme/sign-in', hidden, value: foreign };
  const failed = { ...frame, code: foreign, reference: foreign, detail: foreign, email: foreign, at: new Date(0) };
  return {
    'sign-in': signInPage({ ...frame, form, providers, applicationName: foreign }),
    'sign-in with error': signInPage({ ...frame, form: { ...form, error: 'no_provider' }, providers: [] }),
    'sign-in with buttons only': signInPage({ ...frame, providers }),
    'sign-in with nothing': signInPage({ ...frame, providers: [] }),
    choice: choicePage({ ...frame, providers, identifier: foreign, changeHref: '/t/acme/sign-in' }),
    error: errorPage({ ...failed, tryAgainHref: '/t/acme/sign-in' }),
    'error of admission': errorPage({ ...failed, code: 'admission.no_account' }),
    'signed in': signedInPage({ ...frame, signOutHref: '/t/acme/sign-out' }),
    'signed out': signedOutPage({ ...frame, stillSignedInAt: foreign, signInHref: '/t/acme/sign-in' }),
    'sign-out confirmation': signOutConfirmPage({ ...frame, ...answers, yes: field, no: field, applicationName: foreign }),
    consent: consentPage({
      ...frame, ...answers, applicationName: foreign, scopes: ['openid', foreign], redirectUri: foreign, allow: field, deny: field,
    }),
    'posted form': postFormPage({ ...frame, url: new URL('https://idp.example/sso'), fields: hidden, providerName: foreign }),
    bounce: bouncePage({ ...frame, action: '/t/acme/sso/okta/acs', fields: hidden }),
  };
}

const HOSTILE = [
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onfocus='alert(1)", '</title><script>', '</style><script>', '<!--',
  '"><form action=https://evil.example>', '<base href=https://evil.example>', '&lt;script&gt;', '<%= 1 %>', '${1}', '`', '\\', ']]>',
];

describe('foreign text on a page (ATTACKS.md T66)', () => {
  const harmless = pagesWith('Acme');
  for (const hostile of HOSTILE) {
    it(`${hostile} leaves the structure of every page as it is`, () => {
      for (const [name, page] of Object.entries(pagesWith(hostile))) {
        assert.deepEqual(structureOf(page.html), structureOf(harmless[name]?.html ?? ''), name);
      }
    });
  }

  it('is posted unaltered by a hidden field', () => {
    const value = `<&>"' ${'A'.repeat(20_000)}`;
    const { html } = bouncePage({ tenantName: 'Acme', language: 'en', action: '/acs', fields: { SAMLResponse: value } });
    assert.ok(html.includes(`name="SAMLResponse" value="&lt;&amp;&gt;&quot;&#39; ${'A'.repeat(20_000)}"`));
  });

  it('is cut where it is shown, so that nobody can fill the page', () => {
    for (const [name, page] of Object.entries(pagesWith('W'.repeat(5_000)))) {
      const shown = page.html.replaceAll(/<input type="hidden"[^>]*>|<style>[^]*?<\/style>| (?:name|value)="W+"/g, '');
      assert.doesNotMatch(shown, /W{401}/, name);
    }
  });

  it('cannot reorder or hide what stands around it', () => {
    const { html } = errorPage({
      tenantName: 'Acme', language: 'en', code: 'admission.no_account', reference: 'sgn_1', email: 'a\u202egnp.exe@x\u0000\n\u200b',
    });
    assert.doesNotMatch(html, /[\u0000\u200b\u202a-\u202e\u2066-\u2069]/);
  });

  it('with half a surrogate pair does not break the page', () => {
    const { html } = errorPage({ tenantName: '\ud83d', language: 'en', code: 'x', reference: 'sgn_1', email: '\ude00' });
    assert.ok(html.isWellFormed());
  });
});

describe('links, form targets and images of a page', () => {
  const frame = { tenantName: 'Acme', language: 'en' } as const;
  const elsewhere = [
    'javascript:alert(1)', ' javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', '//evil.example', '/\\evil.example',
    '/\t/evil.example', '\\\\evil.example', 'vbscript:x', 'sign-in', '', 'https:\\\\evil.example', 'http:///\n',
  ];
  for (const target of elsewhere) {
    it(`${JSON.stringify(target)} is refused as a link and as a form target`, () => {
      assert.throws(() => errorPage({ ...frame, code: 'x', reference: 'sgn_1', tryAgainHref: target }));
      assert.throws(() => signInPage({ ...frame, form: { action: target }, providers: [] }));
      assert.throws(() => signInPage({ ...frame, providers: [{ name: 'Okta', href: target }] }));
    });
  }

  it('a form is posted to a provider over http(s) only', () => {
    assert.throws(() => postFormPage({ ...frame, url: new URL('javascript:alert(1)'), fields: {} }));
    assert.doesNotThrow(() => postFormPage({ ...frame, url: new URL('https://idp.example/sso?a=1&b=2'), fields: {} }));
  });

  const images: Record<string, boolean> = {
    [PIXEL]: true,
    'data:image/jpeg;base64,/9j/': true,
    'https://cdn.example/logo.png': true,
    'https://cdn.example/logo.svg?v=2': true,
    'http://cdn.example/logo.png': false,
    'data:image/svg+xml;base64,PHN2Zz4=': false,
    'data:image/svg+xml,<svg onload=alert(1)>': false,
    'data:text/html;base64,PHN2Zz4=': false,
    'data:image/png,x" onerror="alert(1)': false,
    'https://user:secret@cdn.example/logo.png': false,
    'javascript:alert(1)': false,
    '/logo.png': false,
    [`data:image/png;base64,${'A'.repeat(200_000)}`]: false,
  };
  for (const [image, shown] of Object.entries(images)) {
    it(`${image.slice(0, 60)} is ${shown ? 'shown, and allowed by the policy' : 'not shown'}`, () => {
      const page = signInPage({ ...frame, branding: { logoUrl: image }, providers: [{ name: 'Okta', image, href: '/start' }] });
      assert.equal((page.html.match(/<img /g) ?? []).length, shown ? 2 : 0);
      const source = image.startsWith('data:') ? 'data:' : 'https://cdn.example';
      assert.equal(directiveOf(page, 'img-src'), shown ? source : undefined);
    });
  }
});

describe('the Content-Security-Policy of a page', () => {
  const branded = { tenantName: 'Acme', language: 'en', branding: { primaryColor: '#ffcc00' } } as const;
  const pages = { ...pagesWith('Acme'), branded: signedOutPage(branded) };
  for (const [name, page] of Object.entries(pages)) {
    it(`allows exactly the inline styles and scripts of ${name}, and nothing by default`, () => {
      assert.equal(directiveOf(page, 'default-src'), "'none'");
      assert.equal(directiveOf(page, 'base-uri'), "'none'");
      assert.equal(directiveOf(page, 'frame-ancestors'), "'none'");
      assert.equal(directiveOf(page, 'style-src'), hashesOf(page.html, 'style'));
      assert.equal(directiveOf(page, 'script-src') ?? '', hashesOf(page.html, 'script'));
      assert.doesNotMatch(pageHeaders(page)['content-security-policy'] ?? '', /unsafe|\*/);
      assert.doesNotMatch(page.html, / (?:style|on[a-z]+)="/);
    });

    it(`forbids forms unless ${name} has one`, () => {
      assert.equal(directiveOf(page, 'form-action'), page.html.includes('<form') ? undefined : "'none'");
    });
  }

  it('has a script on the posted form and on the bounce only', () => {
    const scripted = Object.entries(pages).filter(([, page]) => page.html.includes('<script'));
    assert.deepEqual(scripted.map(([name]) => name), ['posted form', 'bounce']);
  });

  it('counts the tenant’s own colours in', () => {
    assert.match(pages.branded.html, /--accent:#ffcc00;--on-accent:#000000/);
    assert.equal(directiveOf(pages.branded, 'style-src')?.split(' ').length, 2);
  });
});

describe('the other headers of a page', () => {
  const frame = { tenantName: 'Acme', language: 'de' } as const;
  const headers = pageHeaders(signedOutPage(frame));

  it('keep it out of caches, frames, indexes and guesses about its type', () => {
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['content-language'], 'de');
  });

  it('tell other sites nothing, and our own routes our origin', () => {
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.equal(pageHeaders(bouncePage({ ...frame, action: '/acs', fields: {} }))['referrer-policy'], 'same-origin');
  });

  it('tell an identity provider our origin and no more', () => {
    const page = postFormPage({ ...frame, url: new URL('https://idp.example/sso'), fields: {} });
    assert.equal(pageHeaders(page)['referrer-policy'], 'strict-origin');
  });

  it('leave an application’s pop-up its opener until the journey has ended', () => {
    assert.equal(pageHeaders(signInPage({ ...frame, providers: [] }))['cross-origin-opener-policy'], 'unsafe-none');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  });
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
        for (const [form] of page.html.matchAll(/<form [^]*?<\/form>/g)) assert.match(form, /<form method="post"[^]*type="submit"/);
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
    const asked = { tenantName: 'Acme', language: 'en', applicationName: 'Robot', scopes: [], action: '/c', allow: {}, deny: {} } as const;
    assert.match(consentPage({ ...asked, redirectUri: 'https://robot.example/cb' }).html, /robot\.example/);
    assert.doesNotMatch(consentPage({ ...asked, redirectUri: 'com.example.robot:/cb' }).html, /Afterwards/);
  });
});

/** Tags with the names of their attributes, in order; what is written inside them does not count. */
function structureOf(html: string): string[] {
  const withoutAssets = html.replaceAll(/<style>[^]*?<\/style>/g, '<style></style>');
  return [...withoutAssets.matchAll(/<(\/?[a-z][a-z0-9]*|!--|!doctype)((?:[^>"]|"[^"]*")*)>?/gi)].map(
    ([, tag, attributes]) => `${tag} ${[...(attributes ?? '').matchAll(/([^\s="]+)(?:="[^"]*")?/g)].map((match) => match[1]).join(' ')}`,
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

function directiveOf(page: Page, name: string): string | undefined {
  const directives = (pageHeaders(page)['content-security-policy'] ?? '').split('; ');
  return directives.find((directive) => directive.startsWith(`${name} `))?.slice(name.length + 1);
}

/** The hashes that a browser computes: of the text between the tags, as it stands. */
function hashesOf(html: string, tag: 'style' | 'script'): string {
  const found = [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))];
  return found.map(([, text]) => `'sha256-${createHash('sha256').update(text ?? '').digest('base64')}'`).join(' ');
}
