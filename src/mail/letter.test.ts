import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeLetter } from './letter.ts';

describe('A letter', () => {
  const { text, html } = writeLetter({
    heading: 'Two things expire',
    parts: [
      { kind: 'paragraph', text: 'Look at "these".' },
      { kind: 'item', title: '<script>alert(1)</script>', lines: ["it's", 'A & B'] },
      { kind: 'footer', text: 'From Acme' },
    ],
  });

  it('is plain text', () => {
    assert.equal(
      text,
      'Two things expire\n\nLook at "these".\n\n* <script>alert(1)</script>\n  it\'s\n  A & B\n\n-- \nFrom Acme\n',
    );
  });
  it('is HTML in which nothing foreign is more than text', () => {
    assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && html.includes('it&#39;s<br>A &amp; B'));
    assert.doesNotMatch(html, /<(?:script|a|img|link|form)\b/);
  });
});
