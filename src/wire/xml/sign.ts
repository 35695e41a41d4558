import { createHash, type KeyObject, sign } from 'node:crypto';
import { SHA256_DIGEST_URI, signatureMethodFor } from './algorithms.ts';
import { canonicalize } from './c14n.ts';
import { parse } from './document.ts';
import { DS, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N } from './namespaces.ts';
import { type XmlText, xmlElement, xmlText } from './write.ts';

/** A key of ours with the certificate that the other side knows. */
export interface SigningKey {
  readonly key: KeyObject;
  /** Base64 of the DER, without line breaks. */
  readonly certificate: string;
}

/** Signs bytes with the method that `signatureMethodFor` names for the key. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Buffer {
  return sign(signatureMethodFor(key).hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
}

/**
 * Signs a message with an enveloped signature. The caller says how the message reads with a signature in its place; the digest is
 * taken of the message without one.
 *
 * @param build the message with the given signature, or without any
 * @see SAML Core §5.4
 */
export function signEnveloped(id: string, build: (signature: readonly XmlText[]) => XmlText, signer: SigningKey): XmlText {
  using unsigned = parse(Buffer.from(build([])));
  const digest = createHash('sha256').update(canonicalize(unsigned, unsigned.root)).digest('base64');
  const signedInfo = signedInfoXml(id, digest, signatureMethodFor(signer.key).uri);
  // Written in canonical form, with the declaration that the element has from its parent.
  const signature = signBytes(Buffer.from(xmlElement('ds:SignedInfo', { 'xmlns:ds': DS }, signedInfo)), signer.key);
  const certificate = xmlElement('ds:X509Data', {}, [xmlElement('ds:X509Certificate', {}, [xmlText(signer.certificate)])]);
  return build([
    xmlElement('ds:Signature', { 'xmlns:ds': DS }, [
      xmlElement('ds:SignedInfo', {}, signedInfo),
      xmlElement('ds:SignatureValue', {}, [xmlText(signature.toString('base64'))]),
      xmlElement('ds:KeyInfo', {}, [certificate]),
    ]),
  ]);
}

function signedInfoXml(id: string, digest: string, algorithm: string): XmlText[] {
  const transform = (uri: string): XmlText => xmlElement('ds:Transform', { Algorithm: uri });
  return [
    xmlElement('ds:CanonicalizationMethod', { Algorithm: EXCLUSIVE_C14N }),
    xmlElement('ds:SignatureMethod', { Algorithm: algorithm }),
    xmlElement('ds:Reference', { URI: `#${id}` }, [
      xmlElement('ds:Transforms', {}, [transform(ENVELOPED_SIGNATURE), transform(EXCLUSIVE_C14N)]),
      xmlElement('ds:DigestMethod', { Algorithm: SHA256_DIGEST_URI }),
      xmlElement('ds:DigestValue', {}, [xmlText(digest)]),
    ]),
  ];
}
