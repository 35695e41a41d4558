import type { Brand } from '#kernel/brand.ts';
import { UNSAYABLE_CHARACTERS } from './characters.ts';

/** Text that is XML already: every value in it was escaped. Only the functions here make it. */
export type XmlText = Brand<string, 'XmlText'>;

const TEXT_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** A text node, escaped as the canonical form has it; what XML cannot carry becomes U+FFFD. */
export function xmlText(value: string): XmlText {
  return value.replace(UNSAYABLE_CHARACTERS, '\ufffd').replace(/[&<>\r]/g, (found) => TEXT_ESCAPES[found] ?? '') as XmlText;
}

/**
 * An element in canonical form: namespace declarations first, attributes in order of their names, no short form for an empty one.
 * An attribute without a value is left out.
 */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: readonly XmlText[] = [],
): XmlText {
  const written = Object.entries(attributes)
    .sort(([a], [b]) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1))
    .map(([attribute, value]) => (value === undefined ? '' : ` ${attribute}="${attributeValue(value)}"`));
  return `<${name}${written.join('')}>${content.join('')}</${name}>` as XmlText;
}

function orderOf(attribute: string): number {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:') ? 0 : 1;
}

function attributeValue(value: string): string {
  return value.replace(UNSAYABLE_CHARACTERS, '\ufffd').replace(/[&<"\t\n\r]/g, (found) => ATTRIBUTE_ESCAPES[found] ?? '');
}
