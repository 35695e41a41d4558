/** Prefixes as this identity provider writes them. */
export const NAMESPACES: Readonly<Record<string, string>> = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  md: 'urn:oasis:names:tc:SAML:2.0:metadata',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
};

export interface XmlElement {
  readonly name: `${string}:${string}`;
  /** Without prefixes: none of the attributes that are written here has one. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

export function element(
  name: XmlElement['name'],
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  const given = Object.entries(attributes).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { name, attributes: Object.fromEntries(given), children };
}

/**
 * Writes an element in exclusive canonical form, by construction: a prefix is declared where it is first used, attributes are
 * sorted, escapes are those of the specification, and there are no comments. Therefore the text of a part within its document
 * and on its own differ only by the declarations of its ancestors, which `declared` names.
 *
 * @see Exclusive XML Canonicalization 1.0 §3; Canonical XML 1.0 §2.3
 */
export function write(target: XmlElement, declared: readonly string[] = []): string {
  const prefix = target.name.split(':')[0]!;
  const namespace = NAMESPACES[prefix];
  if (namespace === undefined) throw new Error(`The prefix ${prefix} has no namespace`);
  const isNew = !declared.includes(prefix);
  const declaration = isNew ? ` xmlns:${prefix}="${namespace}"` : '';
  const attributes = Object.entries(target.attributes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ` ${name}="${escape(value, /[&<"\t\n\r]/g)}"`);
  const inScope = isNew ? [...declared, prefix] : declared;
  const children = target.children.map((child) =>
    typeof child === 'string' ? escape(child, /[&<>\r]/g) : write(child, inScope),
  );
  return `<${target.name}${declaration}${attributes.join('')}>${children.join('')}</${target.name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

function escape(text: string, special: RegExp): string {
  return text.replace(special, (character) => ESCAPES[character]!);
}
