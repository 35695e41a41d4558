import assert from 'node:assert/strict';
import type { Visit } from '../kit/agent.ts';

/** Texts that are a program where they are not escaped: in text, in a value of either quote, in a title, a style, a comment, a template. */
export const PAYLOADS = [
  '<script>xss()</script>',
  '"><img src=x onerror=xss()>',
  "'><svg onload=xss()>",
  '"onfocus="xss()" autofocus x="',
  '</title><script>xss()</script>',
  '</style><script>xss()</script>',
  '--><script>xss()</script>',
  '&lt;script&gt;xss()&lt;/script&gt;',
  '{{xss()}}<%= xss() %>',
] as const;

/** Tags as a browser reads them: quoted values may hold anything but their quote. */
const TAG = /<(\/?[a-z][^\s/>]*)((?:\s+[^\s=/>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*\/?>/gi;
const ATTRIBUTE = /([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g;
const OURS = new Set([
  'a',
  'body',
  'button',
  'dd',
  'div',
  'dl',
  'dt',
  'form',
  'h1',
  'h2',
  'head',
  'header',
  'html',
  'input',
  'label',
  'li',
  'main',
  'meta',
  'p',
  'path',
  'script',
  'section',
  'span',
  'style',
  'svg',
  'title',
  'ul',
]);

/** Nothing of what came from outside is a tag, an attribute, a script or a style of the page; and the browser is told what may run. */
export function checkInert(visit: Visit): void {
  assert.ok(visit.status < 500, `${visit.status}`);
  assert.match(String(visit.headers['content-type']), /^text\/html; charset=utf-8/);
  const policy = String(visit.headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|script-src(?! 'sha256-)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /base-uri 'none'/);
  assert.equal(visit.headers['x-content-type-options'], 'nosniff');
  const outside = visit.body.replace(
    /(<(?:script|style)>)(.*?)(<\/(?:script|style)>)/gs,
    (_, start: string, text: string, end: string) => {
      assert.doesNotMatch(text, /xss/, 'no script or style holds it');
      return start + end;
    },
  );
  assert.doesNotMatch(outside.replace(TAG, ''), /<(?!!doctype)/, 'every angle bracket is that of a tag');
  for (const [, tag = '', attributes = ''] of outside.matchAll(TAG)) {
    assert.ok(OURS.has(tag.toLowerCase().replace('/', '')), `a tag of somebody else: ${tag}`);
    for (const [, name = '', ...values] of attributes.matchAll(ATTRIBUTE)) {
      assert.doesNotMatch(name, /^on|xss/i, `an attribute of somebody else: ${name}`);
      if (/^(?:href|src|action|formaction)$/i.test(name))
        assert.match(values.join(''), /^(?:https?:\/\/|\/)/, `leads to ${values.join('')}`);
    }
  }
}
