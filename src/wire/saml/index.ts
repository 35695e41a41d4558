export { type AuthnRequest, authnRequestXml } from './authn-request.ts';
export { readDateTime, writeDateTime } from './date-time.ts';
export { isSafeEndpoint, namesPublicHost } from './endpoint.ts';
export { type IdpMetadata, type MetadataTrust, readIdpMetadata } from './idp-metadata.ts';
export {
  type LoggedOutName,
  type LogoutRequest,
  type LogoutResponse,
  logoutRequestXml,
  logoutResponseXml,
} from './logout-messages.ts';
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
  STATUS_REQUESTER,
  STATUS_SUCCESS,
  STATUS_UNKNOWN_PRINCIPAL,
} from './names.ts';
export { problems as samlMetadataProblems } from './problems.ts';
export {
  inflateMessage,
  type MessageField,
  type ReceivedRedirect,
  type RedirectMessage,
  readRedirect,
  redirectUrl,
} from './redirect-binding.ts';
export { type MetadataExpiry, type SpMetadata, spMetadataXml } from './sp-metadata.ts';
