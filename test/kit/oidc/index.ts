export type { AnswerChange, TokenChange } from './changes.ts';
export type { RecordedRequest } from './contract.ts';
export { type Bend, CLIENT, type Driver, RETURN_URL, startDriver } from './driver.ts';
export { type IdpClient, type OidcIdp, type OidcIdpOptions, startOidcIdp } from './idp.ts';
export { makeKey, type SignatureAlgorithm, type SigningKey, signJws } from './keys.ts';
