import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isProblem } from '#kernel/problem.ts';
import { canonicalize } from './c14n.ts';
import { readCanonical } from './canonical.ts';
import { elementsOf, openXml, parse, readTree } from './document.ts';
import { guardXml, METADATA_LIMITS } from './guard.ts';
import type { XmlTree } from './tree.ts';

/** What libxml2, which reads the messages, makes of the same bytes. */
function asParsed(bytes: Buffer) {
  using open = parse(bytes);
  return readTree(open.root);
}

/** Both refuse what libxml2 writes and nobody can read: it leaves `&` in the name of a namespace as it is. */
function treeOrCode(read: () => XmlTree): XmlTree | string {
  try {
    return read();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
}

/** The canonical forms of a document's root and of the first element in it. */
function formsOf(xml: string, prefixes: readonly string[] = []): Buffer[] {
  using open = openXml(guardXml(Buffer.from(xml), METADATA_LIMITS));
  return [open.root, ...elementsOf(open.root).slice(0, 1)].map((element) => canonicalize(open, element, prefixes));
}

const PREFIXES = ['', 'a', 'b', 'c'] as const;
const NAMESPACES = [
  'urn:one',
  'urn:two',
  'urn:three',
  'urn:four',
  'urn:five',
  'urn:six',
  'http://seven.example/?x=1&amp;y=2',
] as const;

/** Text as a sender may write it: references, line ends, quotes, other alphabets, and a comment that splits it. */
const written = fc.array(
  fc.oneof(
    fc.constantFrom(
      '&amp;',
      '&lt;',
      '&gt;',
      '&quot;',
      '&apos;',
      '&#13;',
      '&#x9;',
      '&#10;',
      '\n',
      '\r\n',
      '\t',
      ' ',
      '>',
      ']]&gt;',
    ),
    fc.constantFrom('user@acme.example', 'é', '漢', '😀', '&#x1F600;', '\u00a0', '\u2028', '<!-- -->', "'", '=', '/'),
    fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/),
  ),
  { maxLength: 6 },
);
const textOf = (pieces: readonly string[]): string => pieces.join('');
const valueOf = (pieces: readonly string[]): string => textOf(pieces).replaceAll('<!-- -->', '');

interface Drawn {
  prefix: string;
  name: string;
  declares: (readonly [string, string])[];
  attributes: (readonly [string, string, string])[];
  quote: string;
  content: (string | Drawn)[];
}

const element = fc.letrec<{ element: Drawn }>((tie) => ({
  element: fc.record({
    prefix: fc.constantFrom(...PREFIXES),
    name: fc.constantFrom('Assertion', 'Issuer', 'x-1', '_y', 'naïve', 'A.b'),
    declares: fc.uniqueArray(fc.tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(...NAMESPACES)), {
      selector: ([prefix]) => prefix,
      maxLength: 3,
    }),
    attributes: fc.uniqueArray(
      fc.tuple(fc.constantFrom('', 'a', 'b', 'xml'), fc.constantFrom('ID', 'Name', 'lang', 'π'), written.map(valueOf)),
      { selector: ([prefix, name]) => `${prefix}:${name}`, maxLength: 4 },
    ),
    quote: fc.constantFrom('"', "'"),
    content: fc.array(fc.oneof({ maxDepth: 4 }, written.map(textOf), tie('element')), { maxLength: 4 }),
  }),
})).element;

function write({ prefix, name, declares, attributes, quote, content }: Drawn, isRoot: boolean): string {
  const qualified = prefix === '' ? name : `${prefix}:${name}`;
  // Every prefix is declared at the root, so that the document has a meaning wherever its parts use one.
  const all = isRoot
    ? [...new Map([...PREFIXES.slice(1).map((one) => [one, `urn:root-${one}`] as const), ...declares])]
    : declares;
  const declared = all.map(([of, uri]) => ` xmlns${of === '' ? '' : `:${of}`}="${uri}"`);
  const others = attributes.map(
    ([of, local, value]) => `\n ${of === '' ? local : `${of}:${local}`}=${quote}${value.replaceAll(quote, '')}${quote}`,
  );
  const inside = content.map((part) => (typeof part === 'string' ? part : write(part, false))).join('');
  return `<${qualified}${declared.join('')}${others.join('')}${inside === '' ? '/>' : `>${inside}</${qualified}>`}`;
}

describe('An element in its exclusive canonical form', () => {
  it('is read as libxml2 reads it, whatever it was written like', () => {
    let read = 0;
    fc.assert(
      fc.property(element, fc.subarray(['a', 'b', 'c', '#default']), (drawn, prefixes) => {
        let forms: Buffer[];
        try {
          forms = formsOf(write(drawn, true), prefixes);
        } catch {
          // One attribute twice by two prefixes, say: libxml2 refuses the document itself.
          return;
        }
        for (const form of forms) {
          const parsed = treeOrCode(() => asParsed(form));
          if (typeof parsed !== 'string') read++;
          assert.deepEqual(
            treeOrCode(() => readCanonical(form)),
            parsed,
            form.toString(),
          );
        }
      }),
      { numRuns: 1500, seed: 20261122 },
    );
    assert.ok(read > 1500, `only ${read} were read`);
  });

  const good = '<a:b xmlns:a="urn:a" c="&quot;&#x9;&#xA;&#xD;&amp;&lt;>">x&amp;y&lt;&gt;&#xD;\n<d></d></a:b>';

  it('control: is read with all that it holds', () => {
    assert.deepEqual(readCanonical(Buffer.from(good)), {
      namespace: 'urn:a',
      name: 'b',
      attributes: [{ namespace: '', name: 'c', value: '"\t\n\r&<>' }],
      children: [{ namespace: '', name: 'd', attributes: [], children: [], text: '', interrupted: false }],
      text: 'x&y<>\r\n',
      interrupted: false,
    });
    assert.deepEqual(readCanonical(Buffer.from(good)), asParsed(Buffer.from(good)));
  });

  for (const [title, xml] of [
    ['nothing', ''],
    ['text alone', 'x'],
    ['an element that does not end', '<a>'],
    ['an end without a beginning', '</a>'],
    ['the end of another one', '<a></b>'],
    ['an end that goes on', '<a></a b>'],
    ['an end with space in it', '<a></a >'],
    ['two elements', '<a></a><b></b>'],
    ['text behind it', '<a></a>\n'],
    ['text before it', '\n<a></a>'],
    ['a declaration', '<?xml version="1.0"?><a></a>'],
    ['a document type', '<!DOCTYPE a><a></a>'],
    ['a comment', '<a>user@acme.example<!-- -->.evil.example</a>'],
    ['a CDATA section', '<a><![CDATA[x]]></a>'],
    ['a processing instruction', '<a><?x y?></a>'],
    ['an empty-element tag', '<a/>'],
    ['an attribute twice', '<a b="1" b="2"></a>'],
    ['an attribute twice, by two prefixes', '<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"></a>'],
    ['an attribute without a value', '<a b></a>'],
    ['an attribute in single quotes', "<a b='1'></a>"],
    ['an attribute without quotes', '<a b=1></a>'],
    ['an attribute that does not end', '<a b="1></a>'],
    ['two spaces before an attribute', '<a  b="1"></a>'],
    ['a line end before an attribute', '<a\nb="1"></a>'],
    ['space before the end of a tag', '<a b="1" ></a>'],
    ['a tag in a value', '<a b="<"></a>'],
    ['a line end in a value', '<a b="1\n"></a>'],
    ['a bare >', '<a>></a>'],
    ['a bare carriage return', '<a>\r</a>'],
    ['an ampersand alone', '<a>a & b</a>'],
    ['a reference without its end', '<a>&amp</a>'],
    ['an entity of nobody', '<a>&x;</a>'],
    ['a member of every object', '<a>&constructor;</a>'],
    ['an entity of HTML', '<a>&nbsp;</a>'],
    ['a reference that needs none', '<a>&#65;</a>'],
    ['a quote that needs none in text', '<a>&quot;</a>'],
    ['a prefix that stands for nothing', '<p:a></p:a>'],
    ['a prefix of an attribute that stands for nothing', '<a p:b="1"></a>'],
    ['a prefix that was taken back', '<p:a xmlns:p=""></p:a>'],
    ['a prefix of another part', '<a><p:b xmlns:p="urn:p"></p:b><p:c></p:c></a>'],
    ['two colons', '<p:a:b xmlns:p="urn:p"></p:a:b>'],
    ['a prefix without a name', '<p: xmlns:p="urn:p"></p:>'],
    ['a name without a prefix', '<:a></:a>'],
    ['a tag in a tag', '<a <b></b></a>'],
  ] as const) {
    it(`is not ${title}`, () => assert.throws(() => readCanonical(Buffer.from(xml)), { code: 'xml.malformed' }));
  }

  it('is UTF-8', () => {
    assert.throws(() => readCanonical(Buffer.from('<a>\xe9</a>', 'latin1')), { code: 'xml.malformed' });
  });

  it('is refused with whatever is cut off its end', () => {
    for (let length = 0; length < good.length; length++)
      assert.throws(() => readCanonical(Buffer.from(good.slice(0, length))), { code: 'xml.malformed' }, good.slice(0, length));
  });
});
