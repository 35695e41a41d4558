import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directiveOf, pagesWith } from './every-page.fixture.ts';
import { bouncePage, errorPage, postFormPage, signInPage } from './index.ts';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

describe('foreign text on a page (ATTACKS.md T66)', () => {
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
      tenantName: 'Acme',
      language: 'en',
      code: 'admission.no_account',
      reference: 'sgn_1',
      email: 'a\u202egnp.exe@x\u0000\n\u200b',
    });
    assert.ok(!html.includes('\0'));
    assert.doesNotMatch(html, /[\u200b\u202a-\u202e\u2066-\u2069]/);
  });

  it('with half a surrogate pair does not break the page', () => {
    const { html } = errorPage({ tenantName: '\ud83d', language: 'en', code: 'x', reference: 'sgn_1', email: '\ude00' });
    assert.ok(html.isWellFormed());
  });
});

describe('links, form targets and images of a page', () => {
  const frame = { tenantName: 'Acme', language: 'en' } as const;
  const elsewhere = [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'vbscript:x',
    'sign-in',
    '',
    'https:\\\\evil.example',
    'http:///\n',
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
