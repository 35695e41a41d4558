export { signatureMethodFor } from './algorithms.ts';
export { readBase64 } from './base64.ts';
export { canonicalize } from './c14n.ts';
export { decryptContent } from './decrypt.ts';
export {
  compileElementQuery,
  type ElementQuery,
  elementsOf,
  findElements,
  isElement,
  type OpenXml,
  openXml,
  readTree,
  type XmlElement,
} from './document.ts';
export { CONTENT_CIPHER_URIS, type EncryptedContent, OAEP_MGF1P, readEncryptedContent } from './encrypted-shape.ts';
export { type GuardedXml, guardXml, MESSAGE_LIMITS, METADATA_LIMITS, type XmlLimits } from './guard.ts';
export { readVerificationKey, type VerificationKey } from './keys.ts';
export { DS, XENC, XENC11 } from './namespaces.ts';
export { problems as xmlProblems } from './problems.ts';
export { type SigningKey, signBytes, signEnveloped } from './sign.ts';
export {
  type DetachedProof,
  type DetachedSignature,
  openDetached,
  openSealed,
  openSigned,
  readSigned,
  type SignedOctets,
  type SignedXml,
  signaturesOf,
  type VerifiedSignature,
  verifyDetached,
  verifySignatureOf,
} from './signature.ts';
export {
  attributeOf,
  childrenOf,
  onlyChild,
  optionalChild,
  textOf,
  unexpected,
  type VerifiedElement,
  type XmlTree,
} from './tree.ts';
export { type XmlText, xmlElement, xmlText } from './write.ts';
