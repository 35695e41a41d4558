import { XmlC14NMode, type XmlElement, type XmlOutputBufferHandler, XmlXPath } from 'libxml2-wasm';
import { Problem } from '#kernel/problem.ts';
import type { OpenXml } from './document.ts';
import { problems } from './problems.ts';

/** Bytes as libxml2 writes them. The library's own collector decodes each piece alone and breaks characters between two. */
class Octets implements XmlOutputBufferHandler {
  readonly pieces: Buffer[] = [];

  write(piece: Uint8Array): number {
    this.pieces.push(Buffer.from(piece));
    return piece.byteLength;
  }

  close(): boolean {
    return true;
  }
}

const ELEMENTS_FROM_HERE = XmlXPath.compile('descendant-or-self::*');

/**
 * The exclusive canonical form, without comments, of an element and all below it.
 *
 * @throws Problem `xml.canonicalization`: never an empty form, which a signature of nothing would match
 * @see Exclusive XML Canonicalization 1.0 §3
 */
export function canonicalize(open: OpenXml, element: XmlElement, inclusivePrefixes: readonly string[] = []): Buffer {
  const octets = new Octets();
  const options = {
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    withComments: false,
    ...(inclusivePrefixes.length === 0 ? {} : { inclusiveNamespacePrefixes: [...inclusivePrefixes] }),
    // The root's form is that of the document: nothing but it stands there, and no call per node is needed. For another element the set
    // of itself would say the same as that of all below it, but each call would climb up to it.
    ...(element.isSameNode(open.root) ? {} : { nodeSet: new Set(element.find(ELEMENTS_FROM_HERE)) }),
  };
  try {
    open.document.canonicalize(octets, options);
  } catch (cause) {
    throw new Problem(problems.canonicalization, { cause });
  }
  const canonical = Buffer.concat(octets.pieces);
  if (canonical[0] !== 0x3c /* < */) throw new Problem(problems.canonicalization);
  return canonical;
}
