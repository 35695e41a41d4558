export { authnRequestXml, redirectUrl, type AuthnRequest, type RedirectMessage } from './authn-request.ts';
export { readDateTime, writeDateTime } from './date-time.ts';
export { isSafeEndpoint } from './endpoint.ts';
export { readIdpMetadata, type IdpMetadata } from './idp-metadata.ts';
export {
  CONFIRMATION_BEARER, HTTP_POST, HTTP_REDIRECT, MD, NAME_ID_EMAIL, NAME_ID_PERSISTENT, NAME_ID_TRANSIENT, NAME_ID_UNSPECIFIED, SAML, SAMLP,
  STATUS_SUCCESS,
} from './names.ts';
export { problems as samlMetadataProblems } from './problems.ts';
export { spMetadataXml, type SpMetadata } from './sp-metadata.ts';
