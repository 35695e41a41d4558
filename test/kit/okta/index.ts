export type { Shown } from './authorize.ts';
export { type Okta, startOkta } from './okta.ts';
export type { OktaApp, OktaOrg, OktaPerson } from './org.ts';
