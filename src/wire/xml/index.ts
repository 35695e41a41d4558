export { signatureMethodFor } from './algorithms.ts';
export { readBase64 } from './base64.ts';
export { canonicalize } from './c14n.ts';
export { decryptContent } from './decrypt.ts';
export {
  compileElementQuery, elementsOf, findElements, isElement, openXml, readTree,
  type ElementQuery, type OpenXml, type XmlElement,
} from './document.ts';
export { CONTENT_CIPHER_URIS, OAEP_MGF1P, readEncryptedContent, type EncryptedContent } from './encrypted-shape.ts';
export { guardXml, MESSAGE_LIMITS, METADATA_LIMITS, type GuardedXml, type XmlLimits } from './guard.ts';
export { readVerificationKey, type VerificationKey } from './keys.ts';
export { DS, XENC, XENC11 } from './namespaces.ts';
export { problems as xmlProblems } from './problems.ts';
export { signBytes, signEnveloped, type SigningKey } from './sign.ts';
export {
  checkIdsAreUnique, openSealed, openSigned, signaturesOf, verifySignatureOf,
  type SignedOctets, type SignedXml, type VerifiedSignature,
} from './signature.ts';
export {
  attributeOf, childrenOf, onlyChild, optionalChild, textOf, unexpected,
  type VerifiedElement, type XmlTree,
} from './tree.ts';
export { xmlElement, xmlText, type XmlText } from './write.ts';
