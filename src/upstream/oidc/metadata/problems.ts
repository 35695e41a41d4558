import { defineProblems } from '#kernel/problem.ts';

/** Refusals of what an OpenID Connect provider publishes of itself, each with what to enter instead. */
export const problems = defineProblems('oidc', {
  metadata_unreadable: {
    status: 502,
    title: 'The metadata of the identity provider could not be read',
    remedy: 'Give the issuer URL, or the URL that ends in /.well-known/openid-configuration.',
    source: 'OpenID Connect Discovery 1.0 §4',
  },
  metadata_issuer_mismatch: {
    status: 400,
    title: 'The metadata belongs to another issuer than its address',
    remedy: 'Enter the issuer exactly as the provider writes it, to the slash and the capital letter.',
    source: 'OpenID Connect Discovery 1.0 §4.3, RFC 8414 §3.3',
  },
  metadata_issuer_templated: {
    status: 400,
    title: 'The metadata is that of all directories, not of one',
    remedy: 'Use the address with the directory (tenant) id in place of common, organizations or consumers.',
    source: 'Microsoft identity platform, OpenID Connect',
  },
  metadata_invalid: {
    status: 400,
    title: 'The metadata of the identity provider is not usable',
    remedy: 'Have the provider mend what is named, or enter the endpoints by hand.',
    source: 'OpenID Connect Discovery 1.0 §3',
  },
});
