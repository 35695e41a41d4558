import { defineProblems } from '#kernel/problem.ts';

/** Refusals of metadata documents. Those of sign-in messages are in `upstream/saml`. */
export const problems = defineProblems('saml_metadata', {
  not_metadata: {
    status: 422,
    title: 'The document is not SAML metadata',
    remedy:
      'Look for an address or a file called federation metadata, SAML metadata or IdP metadata at the provider: XML that begins with EntityDescriptor.',
    source: 'SAML Metadata §2.3',
  },
  no_identity_provider: {
    status: 422,
    title: 'The metadata does not describe an identity provider',
    remedy: 'Use the metadata of the identity provider, not that of a service provider.',
    source: 'SAML Metadata §2.4.3',
  },
  several_identity_providers: {
    status: 422,
    title: 'The metadata describes several identity providers',
    remedy: 'Use the metadata document of the one identity provider.',
  },
  no_signing_certificate: {
    status: 422,
    title: 'The metadata has no certificate to verify signatures with',
    remedy: 'Have the provider publish its signing certificate, or enter issuer, sign-on URL and certificate by hand.',
    source: 'SAML Metadata §2.4.1.1',
  },
  no_endpoint: {
    status: 422,
    title: 'The metadata has no single sign-on service with the redirect or the POST binding',
    remedy: 'Switch SAML on for this application at the provider, with HTTP-Redirect or HTTP-POST.',
  },
  expired: {
    status: 422,
    title: 'The metadata says of itself that it is out of date',
    remedy: 'Have the identity provider publish its metadata anew.',
    source: 'SAML Metadata §2.3.2',
  },
  signature_refused: {
    status: 422,
    title: 'The metadata is not signed by one of the certificates that were pinned for it',
    remedy: 'Compare these certificates with the one that the provider signs its metadata with now.',
    source: 'SAML Metadata §3',
  },
  entity_changed: {
    status: 422,
    title: 'The metadata is now that of another identity provider',
    remedy: 'Compare the address with the provider’s administrator; a provider that was replaced is connected anew.',
    source: 'SAML Metadata §2.2.1',
  },
  endpoint_refused: {
    status: 422,
    title: 'The metadata names an address that people cannot safely be sent to',
    remedy: 'Endpoints must be https addresses without a fragment; http only on this computer.',
    source: 'SAML Metadata §2.2.2',
  },
});
