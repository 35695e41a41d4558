import type { Brand } from '#kernel/brand.ts';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';

export interface XmlTreeAttribute {
  /** Namespace URI, empty for none. */
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** An element as plain data, taken out of a parsed document so that nothing of the parser's memory outlives it. */
export interface XmlTree {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly XmlTreeAttribute[];
  readonly children: readonly XmlTree[];
  /** The element's own text, that of its children aside. */
  readonly text: string;
  /** A comment stands between pieces of the text (metadata only): such a text is never read. */
  readonly interrupted: boolean;
}

/** An element that was read from bytes which a trusted key signed, parsed anew. Only `readSigned` and `SignedXml.read` make one. */
export type VerifiedElement = Brand<XmlTree, 'VerifiedElement'>;

/** Child elements of exactly this namespace and name. What is found in a verified element is verified. */
export function childrenOf<Tree extends XmlTree>(tree: Tree, namespace: string, name: string): Tree[] {
  return tree.children.filter((child) => child.namespace === namespace && child.name === name) as Tree[];
}

/** The one child of this name. @throws Problem `xml.unexpected_structure` when there are several */
export function optionalChild<Tree extends XmlTree>(tree: Tree, namespace: string, name: string): Tree | undefined {
  const found = childrenOf(tree, namespace, name);
  if (found.length > 1) throw unexpected(`more than one ${name} in ${tree.name}`);
  return found[0];
}

/** The one child of this name. @throws Problem `xml.unexpected_structure` when there is none, or several */
export function onlyChild<Tree extends XmlTree>(tree: Tree, namespace: string, name: string): Tree {
  const found = optionalChild(tree, namespace, name);
  if (found === undefined) throw unexpected(`no ${name} in ${tree.name}`);
  return found;
}

/** The value of an attribute without namespace. */
export function attributeOf(tree: XmlTree, name: string): string | undefined {
  return tree.attributes.find((attribute) => attribute.name === name && attribute.namespace === '')?.value;
}

/** The text of an element that holds nothing else. @throws Problem `xml.unexpected_structure` when it holds elements */
export function textOf(tree: XmlTree): string {
  if (tree.children.length > 0 || tree.interrupted) throw unexpected(`${tree.name} holds more than text`);
  return tree.text;
}

export function unexpected(detail: string): Problem {
  return new Problem(problems.unexpected_structure, { detail, facts: { detail } });
}
