export { type AuthnRequest, authnRequestXml, type RedirectMessage, redirectUrl } from './authn-request.ts';
export { readDateTime, writeDateTime } from './date-time.ts';
export { isSafeEndpoint, namesPublicHost } from './endpoint.ts';
export { type IdpMetadata, type MetadataTrust, readIdpMetadata } from './idp-metadata.ts';
export {
  CONFIRMATION_BEARER,
  HTTP_POST,
  HTTP_REDIRECT,
  MD,
  NAME_ID_EMAIL,
  NAME_ID_PERSISTENT,
  NAME_ID_TRANSIENT,
  NAME_ID_UNSPECIFIED,
  SAML,
  SAMLP,
  STATUS_SUCCESS,
} from './names.ts';
export { problems as samlMetadataProblems } from './problems.ts';
export { type MetadataExpiry, type SpMetadata, spMetadataXml } from './sp-metadata.ts';
