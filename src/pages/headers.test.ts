import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { directiveOf, pagesWith } from './every-page.fixture.ts';
import { bouncePage, pageHeaders, postFormPage, signedOutPage, signInPage } from './index.ts';

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
    assert.deepEqual(
      scripted.map(([name]) => name),
      ['posted form', 'bounce'],
    );
  });

  it('leaves out what is no colour', () => {
    const page = signedOutPage({ ...branded, branding: { primaryColor: '#fff}body{display:none' } });
    assert.equal(directiveOf(page, 'style-src')?.split(' ').length, 1);
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

/** The hashes that a browser computes: of the text between the tags, as it stands. */
function hashesOf(html: string, tag: 'style' | 'script'): string {
  const found = [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))];
  return found
    .map(
      ([, text]) =>
        `'sha256-${createHash('sha256')
          .update(text ?? '')
          .digest('base64')}'`,
    )
    .join(' ');
}
