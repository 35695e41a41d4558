export { type OidcIdp, type OidcIdpOptions, type IdpClient, startOidcIdp } from './idp.ts';
export { makeKey, type SigningKey, signJws, type SignatureAlgorithm } from './keys.ts';
export type { AnswerChange, TokenChange } from './changes.ts';
export { type Bend, CLIENT, type Driver, RETURN_URL, startDriver } from './driver.ts';
