import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { guardXml, METADATA_LIMITS, openXml, readTree, type XmlLimits } from './index.ts';

function codeOf(xml: string | Buffer, limits?: XmlLimits): string | null {
  try {
    using open = openXml(guardXml(Buffer.from(xml), limits));
    readTree(open.root);
    return null;
  } catch (error) {
    assert.ok(isProblem(error), String(error));
    return error.code;
  }
}

describe('guard: what no parser may see', () => {
  const rows: readonly (readonly [string, string | null, string | Buffer])[] = [
    ['a plain element', null, '<a b="c">d</a>'],
    ['a declaration', null, '<?xml version="1.0" encoding="UTF-8" standalone="no"?><a/>'],
    ['a declaration in single quotes', null, "<?xml version='1.0' encoding='utf-8'?>\r\n<a/>"],
    ['a greater-than sign in text and values', null, '<a b=">/>">]]&gt; > </a>'],
    ['a quote in text', null, '<a>it\'s "so"</a>'],
    ['32 levels', null, '<a>'.repeat(32) + '</a>'.repeat(32)],
    ['siblings without end tags of their own', null, `<a>${'<b/>'.repeat(1000)}</a>`],
    ['33 levels', 'xml.too_deep', '<a>'.repeat(33) + '</a>'.repeat(33)],
    ['33 levels behind values that look like ends', 'xml.too_deep', '<a b="/>">'.repeat(33) + '</a>'.repeat(33)],
    ['a DOCTYPE', 'xml.doctype', '<!DOCTYPE a><a/>'],
    ['an entity declaration', 'xml.doctype', '<a/><!ENTITY x "y">'],
    ['a comment', 'xml.comment', '<a><!-- --></a>'],
    ['CDATA', 'xml.cdata', '<a><![CDATA[]]></a>'],
    ['a processing instruction', 'xml.processing_instruction', '<a><?php ?></a>'],
    ['a second declaration', 'xml.processing_instruction', '<?xml version="1.0"?><?xml version="1.0"?><a/>'],
    ['a declaration behind white space', 'xml.processing_instruction', ' <?xml version="1.0"?><a/>'],
    ['XML 1.1', 'xml.version', '<?xml version="1.1"?><a/>'],
    ['a declaration without a version', 'xml.version', '<?xml encoding="utf-8"?><a/>'],
    ['another declared encoding', 'xml.encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['a byte order mark', 'xml.encoding', '\ufeff<a/>'],
    ['UTF-16', 'xml.encoding', Buffer.from('\ufeff<a/>', 'utf16le')],
    ['UTF-16 without a mark', 'xml.forbidden_character', Buffer.from('<a/>', 'utf16le')],
    ['an overlong form', 'xml.encoding', Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xbc, 0x3c, 0x2f, 0x61, 0x3e])],
    ['a surrogate in UTF-8', 'xml.encoding', Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x61, 0x3e])],
    ['a NUL', 'xml.forbidden_character', '<a>\u0000</a>'],
    ['U+FFFE', 'xml.forbidden_character', '<a>\ufffe</a>'],
    ['a tag without an end', 'xml.malformed', '<a b="c'],
    ['a tag within a tag', 'xml.malformed', '<a <b/>>'],
    ['a value with a less-than sign', 'xml.malformed', '<a b="<"/>'],
    ['an unknown entity', 'xml.malformed', '<a>&x;</a>'],
    ['an undeclared prefix', 'xml.malformed', '<x:a/>'],
    ['one attribute twice', 'xml.malformed', '<a b="" b=""/>'],
    ['one attribute twice by two prefixes', 'xml.malformed', '<a xmlns:x="u:x" xmlns:y="u:x" x:b="" y:b=""/>'],
    ['nothing', 'xml.malformed', ''],
    ['512 kB and a byte', 'xml.too_large', `<a>${'x'.repeat(512 * 1024 - 6)}</a>`],
    ['512 kB', null, `<a>${'x'.repeat(512 * 1024 - 7)}</a>`],
  ];
  for (const [name, code, xml] of rows) it(`${name}: ${code ?? 'passes'}`, () => assert.equal(codeOf(xml), code));

  it('metadata may have comments, but no text is read across one', () => {
    assert.equal(codeOf('<a><!-- <b> & "c --><b/></a>', METADATA_LIMITS), null);
    assert.equal(codeOf('<a><!-- x', METADATA_LIMITS), 'xml.malformed');
    assert.equal(codeOf('<a><!-- x --><!DOCTYPE a></a>', METADATA_LIMITS), 'xml.doctype');
  });
});
