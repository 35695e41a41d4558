import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type XmlAttribute, type XmlElement, XmlXPath } from 'libxml2-wasm';
import type { Brand } from '#kernel/brand.ts';
import { Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { isSignatureValid, readSignatureMethod, type SignatureMethod } from './algorithms.ts';
import { canonicalize } from './c14n.ts';
import { readCanonical } from './canonical.ts';
import { decryptContent } from './decrypt.ts';
import { elementsOf, isElement, type OpenXml, openXml, parse, readTree } from './document.ts';
import { readEncryptedContent } from './encrypted-shape.ts';
import { type GuardedXml, guardXml } from './guard.ts';
import type { VerificationKey } from './keys.ts';
import { DS } from './namespaces.ts';
import { problems } from './problems.ts';
import { readBase64OrRefuse, readCanonicalizationPrefixes, readSignedInfo, type SignedInfo } from './signature-shape.ts';
import type { VerifiedElement } from './tree.ts';

/** The canonical bytes that a digest was taken of, under a signature of a trusted key. Only `verifySignatureOf` makes them. */
export type SignedOctets = Brand<Buffer, 'SignedOctets'>;

export interface VerifiedSignature {
  readonly octets: SignedOctets;
  readonly method: SignatureMethod;
  readonly key: VerificationKey;
}

/** A document that was parsed from signed bytes: whatever stands in it was signed. */
export interface SignedXml extends OpenXml {
  /** An element of this document as plain data. @throws Error when the element is of another document */
  read(element: XmlElement, skip?: (child: XmlElement) => boolean): VerifiedElement;
}

/** One expression a name: libxml2 joins two large sets in quadratic time. */
const IDS = ['//@ID', '//@Id', '//@id', '//@xml:id'].map((path) => XmlXPath.compile(path));

/**
 * Verifies the enveloped signature of an element and returns the bytes that it covers: the element's canonical form without the
 * signature. Nothing else may be believed, and those bytes must be parsed anew (`openSigned`) to be read: what was verified and
 * what is read cannot differ then. KeyInfo is never looked at. The signature is removed from the open document.
 *
 * @throws Problem `xml.signature_*`, `xml.duplicate_id`, `xml.canonicalization`
 * @see XML Signature §3.2, SAML Core §5.4
 */
export function verifySignatureOf(open: OpenXml, element: XmlElement, keys: readonly VerificationKey[]): VerifiedSignature {
  checkIdsAreUnique(open);
  const signature = onlySignature(element);
  const { signedInfo, value } = partsOf(signature);
  const prefixes = readCanonicalizationPrefixes(readTree(signedInfo));
  const signedBytes = canonicalize(open, signedInfo, prefixes);
  const said = readAnew(signedBytes);
  checkReference(said, element);
  const key = keys.find((candidate) => isSignatureValid(said.method, { data: signedBytes, signature: value }, candidate.key));
  if (key === undefined)
    throw new Problem(problems.signature_value, { facts: { algorithm: said.method.uri, certificates: keys.length } });
  signature.remove();
  const octets = canonicalize(open, element, said.contentPrefixes);
  const digest = createHash(said.digestHash).update(octets).digest();
  if (digest.length !== said.digest.length || !timingSafeEqual(digest, said.digest)) throw new Problem(problems.signature_digest);
  return { octets: octets as SignedOctets, method: said.method, key };
}

/** A signature that stands beside what it covers, as the redirect binding has it. */
export interface DetachedSignature {
  readonly octets: Uint8Array;
  /** URI of the algorithm. */
  readonly algorithm: string;
  readonly value: Uint8Array;
}

/** That a message was covered by a detached signature of a trusted key. Only `verifyDetached` makes one. */
export type DetachedProof = Brand<Omit<VerifiedSignature, 'octets'>, 'DetachedProof'>;

/**
 * Verifies a signature over octets: with an algorithm of the same list as those in XML, and a configured key.
 *
 * @throws Problem `xml.signature_algorithm`, `xml.signature_value`
 * @see SAML Bindings §3.4.4.1
 */
export function verifyDetached({ octets, algorithm, value }: DetachedSignature, keys: readonly VerificationKey[]): DetachedProof {
  const method = readSignatureMethod(algorithm);
  const key = keys.find((candidate) => isSignatureValid(method, { data: octets, signature: value }, candidate.key));
  if (key === undefined)
    throw new Problem(problems.signature_value, { facts: { algorithm: method.uri, certificates: keys.length } });
  return { method, key } as DetachedProof;
}

/** Parses a message that came out of octets which a detached signature covers: all of it was signed. */
export function openDetached(bytes: GuardedXml, _proof: DetachedProof): SignedXml {
  return asSigned(openXml(bytes));
}

/** The element that a signature covers, read anew from the signed bytes. */
export function readSigned(octets: SignedOctets): VerifiedElement {
  return readCanonical(octets) as VerifiedElement;
}

/** Parses signed bytes anew, where elements in them are to be verified in their turn. */
export function openSigned(octets: SignedOctets): SignedXml {
  return asSigned(parse(octets));
}

/**
 * Decrypts what a signed element holds encrypted: its signature covers the ciphertext and the content key, hence the plain text.
 *
 * @throws Problem `xml.encryption_refused`, and whatever the guard and the parser say of the plain text
 */
export function openSealed(element: VerifiedElement, keys: readonly KeyObject[], world: Pick<World, 'randomBytes'>): SignedXml {
  return asSigned(openXml(guardXml(decryptContent(readEncryptedContent(element), keys, world))));
}

function asSigned(open: OpenXml): SignedXml {
  return {
    ...open,
    read(element, skip) {
      if (element.doc !== open.document) throw new Error('the element is not of this signed document');
      return readTree(element, skip) as VerifiedElement;
    },
  };
}

/** The signatures that are children of an element. */
export function signaturesOf(element: XmlElement): XmlElement[] {
  return elementsOf(element).filter((child) => isElement(child, DS, 'Signature'));
}

/** @throws Problem `xml.duplicate_id`: a reference by ID must have one meaning (XSW7) */
function checkIdsAreUnique(open: OpenXml): void {
  const ids = IDS.flatMap((path) => open.document.find(path) as XmlAttribute[]).map((attribute) => attribute.value);
  if (new Set(ids).size !== ids.length) throw new Problem(problems.duplicate_id);
}

function onlySignature(element: XmlElement): XmlElement {
  const [signature, ...more] = signaturesOf(element);
  if (signature === undefined) throw new Problem(problems.signature_missing);
  if (more.length > 0) throw new Problem(problems.signature_ambiguous);
  return signature;
}

function partsOf(signature: XmlElement): { signedInfo: XmlElement; value: Buffer } {
  const [signedInfo, value, keyInfo, ...more] = elementsOf(signature);
  const formed =
    signedInfo !== undefined &&
    isElement(signedInfo, DS, 'SignedInfo') &&
    value !== undefined &&
    isElement(value, DS, 'SignatureValue') &&
    // An Object is where XSW8 hides the original; a signature of a message has no use for one.
    (keyInfo === undefined || isElement(keyInfo, DS, 'KeyInfo')) &&
    more.length === 0;
  if (!formed)
    throw new Problem(problems.signature_malformed, {
      detail: 'Signature must hold SignedInfo, SignatureValue and at most KeyInfo',
    });
  return { signedInfo, value: readBase64OrRefuse(readTree(value)) };
}

/** The reference and digest that count are those of the very bytes that the signature value covers. */
function readAnew(signedBytes: Buffer): SignedInfo {
  return readSignedInfo(readCanonical(signedBytes));
}

function checkReference(said: SignedInfo, element: XmlElement): void {
  const id = element.attr('ID')?.value ?? '';
  if (id === '' || said.referenceUri !== `#${id}`) {
    throw new Problem(problems.signature_reference, { facts: { expected: `#${id}`, received: said.referenceUri.slice(0, 256) } });
  }
}
