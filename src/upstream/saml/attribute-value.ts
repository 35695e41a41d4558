import { SAML } from '#wire/saml/index.ts';
import { textOf, type XmlTree } from '#wire/xml/index.ts';

/** A NameID that stands alone in a value, as eduPersonTargetedID has it; white space around it is none. */
function nameInside({ children, text }: XmlTree): XmlTree | undefined {
  const [only, ...more] = children;
  const isAlone = only !== undefined && more.length === 0 && text.trim() === '';
  return isAlone && only.namespace === SAML && only.name === 'NameID' && only.children.length === 0 ? only : undefined;
}

/** Whether there is one way to read an AttributeValue: it is text, or one NameID. @see SAML Core §2.7.3.1.1; MACE-Dir eduPersonTargetedID */
export function isReadable(value: XmlTree): boolean {
  return value.children.length === 0 || nameInside(value) !== undefined;
}

/** The text of a value, that of the NameID in it where it is one. @throws Problem `xml.unexpected_structure` unless it is readable */
export function textOfValue(value: XmlTree): string {
  return textOf(nameInside(value) ?? value);
}
