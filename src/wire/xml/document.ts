import { ParseOption, XmlComment, XmlDocument, XmlElement, XmlText, XmlXPath } from 'libxml2-wasm';
import { Problem } from '#kernel/problem.ts';
import type { GuardedXml } from './guard.ts';
import { problems } from './problems.ts';
import { unexpected, type XmlTree } from './tree.ts';

export type { XmlElement } from 'libxml2-wasm';

/** Nothing outside the document is ever loaded; ids are compared by us; entities stay unexpanded (and the guard lets none in). */
const OPTIONS =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_SKIP_IDS;

/** A parsed document. It owns memory outside JavaScript: hold it with `using`, and keep no element of it. */
export interface OpenXml extends Disposable {
  readonly document: XmlDocument;
  readonly root: XmlElement;
}

/**
 * Parses with libxml2, the one XML parser of the trust path, and accepts neither errors nor warnings.
 *
 * @throws Problem `xml.malformed`
 */
export function openXml(bytes: GuardedXml): OpenXml {
  return parse(bytes);
}

/** For bytes that need no guard because we canonicalised them ourselves. Not exported from the folder. */
export function parse(bytes: Uint8Array): OpenXml {
  const document = parsed(bytes);
  try {
    if (document.warnings.length > 0 || document.dtd !== null) throw new Problem(problems.malformed);
    return { document, root: document.root, [Symbol.dispose]: () => document.dispose() };
  } catch (error) {
    document.dispose();
    throw error;
  }
}

function parsed(bytes: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, { option: OPTIONS });
  } catch (cause) {
    throw new Problem(problems.malformed, { cause });
  }
}

export function isElement(element: XmlElement, namespace: string, name: string): boolean {
  return element.name === name && element.namespaceUri === namespace;
}

/**
 * Compiled once; finds elements by exact namespace and name anywhere in a document. One expression a name: libxml2 joins two large sets
 * in quadratic time.
 */
export type ElementQuery = readonly XmlXPath[];

export function compileElementQuery(names: readonly { namespace: string; name: string }[]): ElementQuery {
  return names.map(({ namespace, name }) => XmlXPath.compile(`//n:${name}`, { n: namespace }));
}

export function findElements(open: OpenXml, query: ElementQuery): XmlElement[] {
  return query.flatMap((one) => open.document.find(one) as XmlElement[]);
}

/** The child elements, in order. */
export function elementsOf(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) if (node instanceof XmlElement) found.push(node);
  return found;
}

type Skip = (child: XmlElement) => boolean;
const skipNothing: Skip = () => false;

/**
 * An element and all below it as plain data; children that `skip` names are left out, with all below them.
 *
 * @throws Problem `xml.unexpected_structure` on a node that is neither element nor text
 */
export function readTree(element: XmlElement, skip: Skip = skipNothing): XmlTree {
  const children: XmlTree[] = [];
  let text = '';
  let interrupted = false;
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) {
      if (!skip(node)) children.push(readTree(node));
    } else if (node instanceof XmlText) text += node.content;
    else if (node instanceof XmlComment) interrupted = true;
    else throw unexpected(`a node in ${element.name} that is neither element nor text`);
  }
  const attributes = element.attrs.map(({ namespaceUri: namespace, name, value }) => ({ namespace, name, value }));
  return { namespace: element.namespaceUri, name: element.name, attributes, children, text, interrupted };
}
