import type { Fact } from '#kernel/trace.ts';
import { field } from '../field-names.ts';
import { here, inBrackets, network, provider, type RefusalFacts, type RemedyTable, shown } from './remedy.ts';

/** Which address could not be used: the line says it, or the step does. */
function addressOf({ expected, lines, provider: known }: RefusalFacts): Fact | undefined {
  if (typeof expected === 'string' && /^https?:/.test(expected)) return expected;
  const step = lines.findLast(({ verdict }) => verdict === 'refused')?.step ?? '';
  if (step.includes('userinfo')) return known?.userinfoEndpoint;
  if (step.includes('token_endpoint')) return known?.tokenEndpoint;
  return known?.metadataUrl ?? known?.issuer;
}

function pointerOf({ lines, provider: known }: RefusalFacts): Parameters<typeof field>[0] {
  const step = lines.findLast(({ verdict }) => verdict === 'refused')?.step ?? '';
  if (step.includes('userinfo')) return '/oidc/userinfoEndpoint';
  if (step.includes('token_endpoint')) return '/oidc/tokenEndpoint';
  if (step.includes('keys')) return '/oidc/jwksUri';
  return known?.kind === 'saml' ? '/saml/metadataUrl' : '/oidc/issuer';
}

const setting = (facts: RefusalFacts): string => field(pointerOf(facts));
const unreachable = (words: (facts: RefusalFacts) => string) => (facts: RefusalFacts) => network(words, pointerOf(facts))(facts);

/** Remedies for requests of ours that were not made or not answered. */
export const fetches: RemedyTable = {
  'fetch.url_refused': (facts) =>
    here(
      pointerOf(facts),
      (refusal) => `Correct ${setting(refusal)} here: ${shown(addressOf(refusal))} is no address that can be fetched.`,
    )(facts),
  'fetch.scheme_refused': (facts) =>
    here(
      pointerOf(facts),
      (refusal) => `Change ${setting(refusal)} here to an https address: it is ${shown(addressOf(refusal))}.`,
    )(facts),
  'fetch.port_refused': (facts) =>
    here(
      pointerOf(facts),
      (refusal) =>
        `Change the port in ${setting(refusal)} here: that of ${shown(addressOf(refusal))} belongs to another service than the web.`,
    )(facts),
  'fetch.address_refused': unreachable(
    (facts) =>
      `Give ${setting(facts)} a public address, or let the operator allow private networks: ${shown(addressOf(facts))} lies in a private or reserved network.`,
  ),
  'fetch.unreachable': unreachable(
    (facts) =>
      `Make ${shown(addressOf(facts))} (${setting(facts)}) reachable from this server: nobody answers there. Check the spelling of the host, DNS and the firewall.`,
  ),
  'fetch.tls_failed': unreachable(
    (facts) =>
      `Renew the TLS certificate of ${shown(addressOf(facts))} (${setting(facts)}): it has expired, is for another host name, or is not issued by a certification authority that this server trusts.`,
  ),
  'fetch.too_large': unreachable(
    (facts) => `Check ${setting(facts)} here: ${shown(addressOf(facts))} answers with more than any such answer has.`,
  ),
  'fetch.too_slow': unreachable(
    (facts) =>
      `Make ${shown(addressOf(facts))} (${setting(facts)}) answer in time: it took too long. Look at its load, and at firewalls that drop instead of refusing.`,
  ),
  'fetch.too_many_redirects': unreachable(
    (facts) => `Enter the final address in ${setting(facts)} here: ${shown(addressOf(facts))} redirects too often.`,
  ),
  'fetch.redirect_refused': unreachable(
    (facts) =>
      `Enter the final address in ${setting(facts)} here: ${shown(addressOf(facts))} redirects to where the request must not go.`,
  ),
  'fetch.answer_unreadable': unreachable(
    (facts) => `Check ${setting(facts)} here: ${shown(addressOf(facts))} does not answer with readable HTTP.`,
  ),
  'fetch.aborted': unreachable(
    (facts) => `Try again: the request to ${shown(addressOf(facts))} was given up before its answer came.`,
  ),
};

const plainXml = (what: string) => provider(`Look at the provider’s response (or at a proxy that changes it): ${what}.`);
const plainSignature = (what: string) => provider(`At the provider, let responses be signed as SAML prescribes: ${what}.`);

/** Remedies for XML documents, signatures and encryption. */
export const xml: RemedyTable = {
  'xml.too_large': provider('At the provider, send fewer attributes (groups, most likely): the response is larger than allowed.'),
  'xml.encoding': plainXml('it is not plain UTF-8'),
  'xml.forbidden_character': plainXml('it has a character that XML forbids'),
  'xml.version': plainXml('it is not XML 1.0'),
  'xml.doctype': plainXml('it has a document type declaration, which is never accepted'),
  'xml.cdata': plainXml('it has a CDATA section'),
  'xml.comment': plainXml('it has a comment'),
  'xml.processing_instruction': plainXml('it has a processing instruction'),
  'xml.too_deep': plainXml('it is nested deeper than allowed'),
  'xml.too_many_nodes': provider(
    'At the provider, send fewer attributes (groups, most likely): the response has more elements than allowed.',
  ),
  'xml.malformed': plainXml('it is not well-formed XML'),
  'xml.unexpected_structure': plainXml('it does not have the structure that was expected'),
  'xml.base64': plainXml('a value in it is not strict base64'),
  'xml.duplicate_id': plainXml('an ID occurs twice'),
  'xml.signature_missing': plainSignature('a signature is missing'),
  'xml.signature_ambiguous': plainSignature('an element has more than one signature'),
  'xml.signature_malformed': plainSignature('a signature has parts that are not allowed'),
  'xml.signature_reference': plainSignature('a signature does not cover the element that it stands in'),
  'xml.signature_transforms': plainSignature('a signature transforms what it covers in a way that is not allowed'),
  'xml.signature_algorithm': provider(
    'At the provider, sign with RSA or ECDSA and SHA-256 or better: the algorithm of this signature (SHA-1, most likely) is not accepted.',
  ),
  'xml.signature_digest': plainXml('what was signed has been changed on its way'),
  'xml.signature_value': here(
    '/saml/verificationCertificates',
    `Change ${field('/saml/verificationCertificates')} here: the response is signed with none of these certificates. Fetch the provider’s metadata again, or paste the certificate that it signs with now; old and new may stand side by side.`,
  ),
  'xml.canonicalization': plainSignature('the signed content has no canonical form'),
  'xml.certificate_malformed': here(
    '/saml/verificationCertificates',
    `Paste the certificates in ${field('/saml/verificationCertificates')} here anew, as PEM: one cannot be read.`,
  ),
  'xml.key_not_allowed': here(
    '/saml/verificationCertificates',
    `Replace ${field('/saml/verificationCertificates')} here: a key is too weak or of a kind that is not allowed. RSA has at least 2048 bits.`,
  ),
  'xml.encryption_refused': provider('At the provider, encrypt with RSA-OAEP and AES, or switch encryption of assertions off.'),
};

const publishedAt = ({ expected, provider: known }: RefusalFacts): string =>
  shown(typeof expected === 'string' ? expected : known?.metadataUrl);
const metadata = (words: (facts: RefusalFacts) => string) => provider(words, '/saml/metadataUrl');

/** Remedies for SAML metadata, which Verify reads before it sends anybody anywhere. */
export const samlMetadata: RemedyTable = {
  'saml_metadata.not_metadata': here(
    '/saml/metadataUrl',
    (facts) =>
      `Correct ${field('/saml/metadataUrl')} here: ${publishedAt(facts)} gives no SAML metadata${inBrackets(facts.detail)}.`,
  ),
  'saml_metadata.no_identity_provider': here(
    '/saml/metadataUrl',
    (facts) =>
      `Correct ${field('/saml/metadataUrl')} here: ${publishedAt(facts)} describes no identity provider, perhaps a service provider.`,
  ),
  'saml_metadata.several_identity_providers': here(
    '/saml/metadataUrl',
    (facts) =>
      `Correct ${field('/saml/metadataUrl')} here: ${publishedAt(facts)} describes several identity providers. Use the document of the one.`,
  ),
  'saml_metadata.no_signing_certificate': metadata(
    (facts) => `At the provider, publish a signing certificate: the metadata at ${publishedAt(facts)} has none.`,
  ),
  'saml_metadata.no_endpoint': metadata(
    (facts) =>
      `At the provider, publish a single sign-on service: the metadata at ${publishedAt(facts)} has none by redirect or POST.`,
  ),
  'saml_metadata.expired': metadata(
    (facts) =>
      `At the provider, renew the metadata: the document at ${publishedAt(facts)} says that it is not valid any more${inBrackets(facts.detail)}.`,
  ),
  'saml_metadata.signature_refused': here(
    '/saml/metadataCertificates',
    (facts) =>
      `Compare ${field('/saml/metadataCertificates')} here: the metadata at ${publishedAt(facts)} is not signed with any of them.`,
  ),
  'saml_metadata.entity_changed': here(
    '/saml/issuer',
    (facts) =>
      `Change ${field('/saml/issuer')} here, or correct ${field('/saml/metadataUrl')}: the metadata at ${publishedAt(facts)} belongs to another entity${inBrackets(facts.detail)}.`,
  ),
  'saml_metadata.endpoint_refused': metadata(
    (facts) =>
      `At the provider, publish https addresses: the metadata at ${publishedAt(facts)} names one that people cannot safely be sent to${inBrackets(facts.detail)}.`,
  ),
};
