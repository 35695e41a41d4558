import { isUtf8 } from 'node:buffer';
import { Problem } from '#kernel/problem.ts';
import { problems } from './problems.ts';
import type { XmlTree, XmlTreeAttribute } from './tree.ts';

/** @see Namespaces in XML §3: bound by itself, and never declared */
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** What a prefix means; `''` is the namespace of names without one. */
type Scope = ReadonlyMap<string, string>;

interface Open {
  /** As it is written, prefix and all: the end tag must say the same. */
  readonly written: string;
  readonly scope: Scope;
  readonly tree: { -readonly [Member in keyof XmlTree]: XmlTree[Member] } & { children: XmlTree[] };
}

/**
 * Reads an element from its exclusive canonical form, the bytes that a digest was taken of. That form leaves no choice: no declaration,
 * document type, comment, CDATA section, processing instruction or empty-element tag, one space before each attribute, double quotes,
 * four entities and three character references. Whatever is not exactly that is refused; so this reads far less than XML, and what it reads
 * is what libxml2 would (a test holds the two together). The parser of the messages themselves is libxml2, and no other.
 *
 * @throws Problem `xml.malformed`
 * @see Canonical XML 1.0 §1.1, §2.3; Exclusive XML Canonicalization 1.0 §3
 */
export function readCanonical(bytes: Uint8Array): XmlTree {
  if (!isUtf8(bytes)) throw malformed();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const root = readOpening(text, 0, new Map());
  const open: Open[] = [root.element];
  let at = root.end;
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const tag = text.indexOf('<', at);
    if (tag === -1) throw malformed();
    if (tag > at) current.tree.text += textOf(text.slice(at, tag));
    if (text.charCodeAt(tag + 1) === SLASH) {
      at = endOf(text, tag, current.written);
      open.pop();
    } else {
      const { element, end } = readOpening(text, tag, current.scope);
      current.tree.children.push(element.tree);
      open.push(element);
      at = end;
    }
  }
  // Nothing stands behind the element.
  if (at !== text.length) throw malformed();
  return root.element.tree;
}

const SLASH = 0x2f;
const SPACE = 0x20;

/** `</name>`. @returns where it ends */
function endOf(text: string, at: number, written: string): number {
  const end = at + written.length + 3;
  if (!text.startsWith(written, at + 2) || text.charCodeAt(end - 1) !== 0x3e /* > */) throw malformed();
  return end;
}

/** `<name`, ` name="value"` any number of times, `>`. */
function readOpening(text: string, start: number, outer: Scope): { element: Open; end: number } {
  if (text.charCodeAt(start) !== 0x3c /* < */) throw malformed();
  const written = nameAt(text, start + 1);
  const others: string[] = [];
  let declared: Map<string, string> | undefined;
  let at = start + 1 + written.length;
  while (text.charCodeAt(at) === SPACE) {
    const name = nameAt(text, at + 1);
    const from = at + 1 + name.length + 2;
    const to = text.indexOf('"', from);
    if (!text.startsWith('="', from - 2) || to === -1) throw malformed();
    const value = valueOf(text.slice(from, to));
    if (name === 'xmlns' || name.startsWith('xmlns:')) (declared ??= new Map(outer)).set(name.slice(6), value);
    else others.push(name, value);
    at = to + 1;
  }
  if (text.charCodeAt(at) !== 0x3e /* > */) throw malformed();
  const scope = declared ?? outer;
  const { namespace, name } = resolve(written, scope, scope.get('') ?? '');
  const tree = { namespace, name, attributes: readAttributes(others, scope), children: [], text: '', interrupted: false };
  return { element: { written, scope, tree }, end: at + 1 };
}

/** As far as a name can reach; what may stand behind it is up to the caller. */
function nameAt(text: string, from: number): string {
  let at = from;
  while (!ENDS_NAME[text.charCodeAt(at)] && at < text.length) at++;
  if (at === from) throw malformed();
  return text.slice(from, at);
}

const ENDS_NAME: readonly (true | undefined)[] = Array.from(Buffer.from(' \t\n\r<>/="\'&!?')).reduce<(true | undefined)[]>(
  (ends, code) => {
    ends[code] = true;
    return ends;
  },
  [],
);

/** @param written name and value in turn */
function readAttributes(written: readonly string[], scope: Scope): XmlTreeAttribute[] {
  const attributes: XmlTreeAttribute[] = [];
  for (let at = 0; at < written.length; at += 2) {
    const { namespace, name } = resolve(written[at] as string, scope, '');
    if (attributes.some((other) => other.name === name && other.namespace === namespace)) throw malformed();
    attributes.push({ namespace, name, value: written[at + 1] as string });
  }
  return attributes;
}

/** @param bare the namespace of a name without a prefix */
function resolve(written: string, scope: Scope, bare: string): { namespace: string; name: string } {
  const colon = written.indexOf(':');
  if (colon === -1) return { namespace: bare, name: written };
  const prefix = written.slice(0, colon);
  const name = written.slice(colon + 1);
  const namespace = prefix === 'xml' ? XML_NAMESPACE : scope.get(prefix);
  // A prefix that stands for nothing, two colons, or one without a name.
  if (prefix === '' || name === '' || name.includes(':') || !namespace) throw malformed();
  return { namespace, name };
}

const IN_TEXT: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#xD;': '\r' };
const IN_VALUE: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&quot;': '"',
  '&#x9;': '\t',
  '&#xA;': '\n',
  '&#xD;': '\r',
};

/** Characters that the canonical form writes as references. */
const NEVER_IN_TEXT = /[>\r]/;
const NEVER_IN_VALUE = /[<\t\n\r]/;

function textOf(written: string): string {
  if (NEVER_IN_TEXT.test(written)) throw malformed();
  return decoded(written, IN_TEXT);
}

function valueOf(written: string): string {
  if (NEVER_IN_VALUE.test(written)) throw malformed();
  return decoded(written, IN_VALUE);
}

function decoded(written: string, known: Readonly<Record<string, string>>): string {
  if (!written.includes('&')) return written;
  return written.replace(/&[^;]*;?/g, (reference) => {
    const character = Object.hasOwn(known, reference) ? known[reference] : undefined;
    if (character === undefined) throw malformed();
    return character;
  });
}

function malformed(): Problem {
  return new Problem(problems.malformed);
}
