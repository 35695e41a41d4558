import { isUtf8 } from 'node:buffer';
import type { Brand } from '#kernel/brand.ts';
import { Problem, type ProblemType } from '#kernel/problem.ts';
import { FORBIDDEN_CHARACTER } from './characters.ts';
import { problems } from './problems.ts';

/** Bytes that may be shown to the parser. Only `guardXml` makes them. */
export type GuardedXml = Brand<Buffer, 'GuardedXml'>;

export interface XmlLimits {
  readonly maxBytes: number;
  readonly maxElements: number;
  readonly maxAttributes: number;
  /** Metadata of real products has comments; in a message a comment splits a name in two (CVE-2018-0489) and is refused. */
  readonly comments: 'refused' | 'tolerated';
}

/** Bounds of a protocol message. The largest real Responses (two thousand groups, encrypted) have 200 kB and 2,100 elements. */
export const MESSAGE_LIMITS: XmlLimits = { maxBytes: 512 * 1024, maxElements: 6000, maxAttributes: 20_000, comments: 'refused' };
/** Bounds of a metadata document: Entra and AD FS publish about 100 kB. */
export const METADATA_LIMITS: XmlLimits = {
  maxBytes: 1024 * 1024,
  maxElements: 20_000,
  maxAttributes: 40_000,
  comments: 'tolerated',
};

/** Real documents have depth 12, and 20 namespace declarations at most on one element. Each search for a prefix walks all of both. */
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES_OF_ONE = 32;

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.0\1(?:\s+encoding\s*=\s*(["'])utf-?8\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>/i;

/**
 * What must hold before any parser sees a document: bounded size, plain UTF-8 without a byte order mark, XML 1.0, no document type,
 * entity declaration, CDATA section, processing instruction or (in messages) comment, bounded depth and numbers of elements and
 * attributes. It reads tags only as far as counting needs and never decides what a document means: it can refuse, nothing else.
 *
 * @throws Problem `xml.too_large`, `xml.encoding`, `xml.forbidden_character`, `xml.version`, `xml.doctype`, `xml.cdata`,
 *   `xml.comment`, `xml.processing_instruction`, `xml.too_deep`, `xml.too_many_nodes`, `xml.malformed`
 */
export function guardXml(bytes: Uint8Array, limits: XmlLimits = MESSAGE_LIMITS): GuardedXml {
  refuseIf(bytes.length > limits.maxBytes, problems.too_large);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  refuseIf(!isUtf8(buffer) || (buffer[0] === 0xef && buffer[1] === 0xbb), problems.encoding);
  const text = buffer.toString('utf8');
  refuseIf(FORBIDDEN_CHARACTER.test(text), problems.forbidden_character);
  scan(text, afterDeclaration(text), limits);
  return buffer as GuardedXml;
}

function refuseIf(fault: boolean, type: ProblemType): void {
  if (fault) throw new Problem(type);
}

function afterDeclaration(text: string): number {
  if (!/^<\?xml[ \t\r\n]/.test(text)) return 0;
  const declared = DECLARATION.exec(text);
  if (declared !== null) return declared[0].length;
  const isVersionGood = /^<\?xml\s+version\s*=\s*["']1\.0["']\s+encoding/.test(text);
  throw new Problem(isVersionGood ? problems.encoding : problems.version);
}

interface Counts {
  readonly limits: XmlLimits;
  depth: number;
  elements: number;
  attributes: number;
}

function scan(text: string, start: number, limits: XmlLimits): void {
  const counts: Counts = { depth: 0, elements: 0, attributes: 0, limits };
  let at = text.indexOf('<', start);
  while (at !== -1) {
    const next = text.charCodeAt(at + 1);
    if (next === 0x21 /* ! */) {
      at = afterExclamation(text, at, limits);
    } else {
      refuseIf(next === 0x3f /* ? */, problems.processing_instruction);
      at = next === 0x2f /* / */ ? closed(text, at, counts) : opened(text, at, counts);
    }
    at = text.indexOf('<', at);
  }
}

function afterExclamation(text: string, at: number, limits: XmlLimits): number {
  refuseIf(text.startsWith('<![', at), problems.cdata);
  refuseIf(!text.startsWith('<!--', at), problems.doctype);
  refuseIf(limits.comments === 'refused', problems.comment);
  const end = text.indexOf('-->', at + 4);
  refuseIf(end === -1, problems.malformed);
  return end + 3;
}

function closed(text: string, at: number, counts: Counts): number {
  counts.depth -= 1;
  const end = text.indexOf('>', at);
  refuseIf(end === -1, problems.malformed);
  return end;
}

function opened(text: string, at: number, counts: Counts): number {
  counts.elements += 1;
  counts.depth += 1;
  let attributes = 0;
  let end = at + 1;
  for (let code = text.charCodeAt(end); code !== 0x3e /* > */; code = text.charCodeAt((end += 1))) {
    refuseIf(Number.isNaN(code) || code === 0x3c /* < */, problems.malformed);
    if (code !== 0x22 && code !== 0x27) continue;
    attributes += 1;
    end = text.indexOf(code === 0x22 ? '"' : "'", end + 1);
    refuseIf(end === -1, problems.malformed);
  }
  counts.attributes += attributes;
  const { maxElements, maxAttributes } = counts.limits;
  refuseIf(counts.depth > MAX_DEPTH, problems.too_deep);
  refuseIf(
    counts.elements > maxElements || counts.attributes > maxAttributes || attributes > MAX_ATTRIBUTES_OF_ONE,
    problems.too_many_nodes,
  );
  if (text.charCodeAt(end - 1) === 0x2f /* / */) counts.depth -= 1;
  return end;
}
