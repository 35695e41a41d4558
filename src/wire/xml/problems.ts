import { defineProblems } from '#kernel/problem.ts';

const PLAIN = 'Take the document as the provider publishes it: no editor and no proxy may have changed it.';
const SMALLER = 'Let the identity provider say less: fewer attributes, or the document of one provider alone.';
const SIGNED = 'Let the identity provider sign as SAML prescribes, and nothing change the document on its way.';

/** Refusals of XML documents, signatures and encryption, whatever message they carry. */
export const problems = defineProblems('xml', {
  too_large: {
    status: 413,
    title: 'The XML document is larger than allowed',
    remedy: SMALLER,
    source: 'OWASP XML Security Cheat Sheet',
  },
  encoding: { status: 400, title: 'The XML document is not plain UTF-8', remedy: PLAIN, source: 'XML 1.0 §4.3.3' },
  forbidden_character: {
    status: 400,
    title: 'The XML document has a character that XML forbids',
    remedy: PLAIN,
    source: 'XML 1.0 §2.2',
  },
  version: { status: 400, title: 'The XML declaration is not that of XML 1.0', remedy: PLAIN, source: 'XML 1.0 §2.8' },
  doctype: {
    status: 400,
    title: 'The XML document has a document type declaration',
    remedy: PLAIN,
    source: 'SAML Core §5.4, OWASP XXE',
  },
  cdata: { status: 400, title: 'The XML document has a CDATA section', remedy: PLAIN },
  comment: { status: 400, title: 'The XML document has a comment', remedy: PLAIN, source: 'CVE-2018-0489, CERT VU#475445' },
  processing_instruction: { status: 400, title: 'The XML document has a processing instruction', remedy: PLAIN },
  too_deep: { status: 400, title: 'The XML document is nested deeper than allowed', remedy: PLAIN },
  too_many_nodes: { status: 400, title: 'The XML document has more elements or attributes than allowed', remedy: SMALLER },
  malformed: { status: 400, title: 'The XML document is not well-formed', remedy: PLAIN, source: 'XML 1.0 §2.1' },
  unexpected_structure: { status: 400, title: 'The XML document does not have the structure that was expected', remedy: PLAIN },
  base64: { status: 400, title: 'A value is not strict base64', remedy: PLAIN, source: 'RFC 4648 §4' },
  duplicate_id: { status: 403, title: 'An ID occurs twice in the XML document', remedy: PLAIN, source: 'XML Signature §4.4.3.2' },
  signature_missing: { status: 403, title: 'A signature is missing', remedy: SIGNED },
  signature_ambiguous: { status: 403, title: 'An element has more than one signature', remedy: SIGNED },
  signature_malformed: {
    status: 403,
    title: 'A signature has parts that are not allowed',
    remedy: SIGNED,
    source: 'SAML Core §5.4',
  },
  signature_reference: {
    status: 403,
    title: 'A signature does not cover the element that it stands in',
    remedy: SIGNED,
    source: 'SAML Core §5.4.2',
  },
  signature_transforms: {
    status: 403,
    title: 'A signature transforms what it covers in a way that is not allowed',
    remedy: SIGNED,
    source: 'SAML Core §5.4.4',
  },
  signature_algorithm: {
    status: 403,
    title: 'A signature uses an algorithm that is not allowed',
    remedy: 'Let the identity provider sign with RSA or ECDSA and SHA-256 or better.',
    source: 'RFC 9231, NIST SP 800-131A',
  },
  signature_digest: { status: 403, title: 'The signed content was changed', remedy: SIGNED, source: 'XML Signature §3.2.1' },
  signature_value: {
    status: 403,
    title: 'A signature was not made with any of the configured certificates',
    remedy: 'Compare the identity provider’s signing certificate with those that are set here.',
    source: 'XML Signature §3.2.2',
  },
  canonicalization: {
    status: 403,
    title: 'The signed content has no canonical form',
    remedy: SIGNED,
    source: 'Exclusive XML Canonicalization §4',
  },
  certificate_malformed: {
    status: 400,
    title: 'The certificate cannot be read',
    remedy: 'Paste it anew, as PEM: from BEGIN CERTIFICATE to END CERTIFICATE.',
  },
  key_not_allowed: {
    status: 400,
    title: 'The key is too weak or of a kind that is not allowed',
    remedy: 'Use RSA of at least 2048 bits, or an elliptic curve.',
    source: 'NIST SP 800-131A',
  },
  encryption_refused: {
    status: 403,
    title: 'The encryption uses an algorithm or a form that is not allowed',
    remedy: 'Let the identity provider encrypt with RSA-OAEP and AES.',
    source: 'XML Encryption 1.1 §5',
  },
});
