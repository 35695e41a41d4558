import { defineProblems } from '#kernel/problem.ts';

/** Refusals of XML documents, signatures and encryption, whatever message they carry. */
export const problems = defineProblems('xml', {
  too_large: { status: 413, title: 'The XML document is larger than allowed', source: 'OWASP XML Security Cheat Sheet' },
  encoding: { status: 400, title: 'The XML document is not plain UTF-8', source: 'XML 1.0 §4.3.3' },
  forbidden_character: { status: 400, title: 'The XML document has a character that XML forbids', source: 'XML 1.0 §2.2' },
  version: { status: 400, title: 'The XML declaration is not that of XML 1.0', source: 'XML 1.0 §2.8' },
  doctype: { status: 400, title: 'The XML document has a document type declaration', source: 'SAML Core §5.4, OWASP XXE' },
  cdata: { status: 400, title: 'The XML document has a CDATA section' },
  comment: { status: 400, title: 'The XML document has a comment', source: 'CVE-2018-0489, CERT VU#475445' },
  processing_instruction: { status: 400, title: 'The XML document has a processing instruction' },
  too_deep: { status: 400, title: 'The XML document is nested deeper than allowed' },
  too_many_nodes: { status: 400, title: 'The XML document has more elements or attributes than allowed' },
  malformed: { status: 400, title: 'The XML document is not well-formed', source: 'XML 1.0 §2.1' },
  unexpected_structure: { status: 400, title: 'The XML document does not have the structure that was expected' },
  base64: { status: 400, title: 'A value is not strict base64', source: 'RFC 4648 §4' },
  duplicate_id: { status: 403, title: 'An ID occurs twice in the XML document', source: 'XML Signature §4.4.3.2' },
  signature_missing: { status: 403, title: 'A signature is missing' },
  signature_ambiguous: { status: 403, title: 'An element has more than one signature' },
  signature_malformed: { status: 403, title: 'A signature has parts that are not allowed', source: 'SAML Core §5.4' },
  signature_reference: {
    status: 403,
    title: 'A signature does not cover the element that it stands in',
    source: 'SAML Core §5.4.2',
  },
  signature_transforms: {
    status: 403,
    title: 'A signature transforms what it covers in a way that is not allowed',
    source: 'SAML Core §5.4.4',
  },
  signature_algorithm: {
    status: 403,
    title: 'A signature uses an algorithm that is not allowed',
    remedy: 'Let the identity provider sign with RSA or ECDSA and SHA-256 or better.',
    source: 'RFC 9231, NIST SP 800-131A',
  },
  signature_digest: { status: 403, title: 'The signed content was changed', source: 'XML Signature §3.2.1' },
  signature_value: {
    status: 403,
    title: 'A signature was not made with any of the configured certificates',
    remedy: 'Compare the identity provider’s signing certificate with those of the connection.',
    source: 'XML Signature §3.2.2',
  },
  canonicalization: {
    status: 403,
    title: 'The signed content has no canonical form',
    source: 'Exclusive XML Canonicalization §4',
  },
  certificate_malformed: { status: 400, title: 'The certificate cannot be read' },
  key_not_allowed: { status: 400, title: 'The key is too weak or of a kind that is not allowed', source: 'NIST SP 800-131A' },
  encryption_refused: {
    status: 403,
    title: 'The encryption uses an algorithm or a form that is not allowed',
    remedy: 'Let the identity provider encrypt with RSA-OAEP and AES.',
    source: 'XML Encryption 1.1 §5',
  },
});
