export { type OidcIdp, type OidcIdpOptions, type IdpClient, startOidcIdp } from './idp.ts';
export { makeKey, type SigningKey, signJws, type SignatureAlgorithm } from './keys.ts';
export type { AnswerChange, TokenChange } from './changes.ts';
