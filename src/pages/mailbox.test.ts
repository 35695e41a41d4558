import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mailPage } from './index.ts';

describe('The page of a mail', () => {
  const { html } = mailPage({
    tenantName: 'Acme',
    language: 'en',
    tenantUrl: 'http://localhost:8080/t/acme',
    backHref: '/t/acme/dev/mailbox',
    mail: {
      from: 'sallyport@localhost',
      to: 'ada@acme.example',
      subject: 'Your <b>link</b>',
      at: new Date(0),
      text: 'First\nsecond http://localhost:8080/t/acme/x?y=1&z\n\nhttp://localhost:8080/t/acme.evil.example/ https://evil.example/',
    },
  });
  const content = html.slice(html.indexOf('<main'));

  it('links our own addresses and nobody else’s', () => {
    const links = [...content.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href);
    assert.deepEqual(links, ['http://localhost:8080/t/acme/x?y=1&amp;z']);
  });

  it('keeps its lines, and shows what it was sent as text', () => {
    assert.match(content, /First<br>second /);
    assert.match(content, /Your &lt;b&gt;link&lt;\/b&gt;/);
    assert.ok(content.includes('https://evil.example/'));
  });
});
