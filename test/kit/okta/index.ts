export type { Shown } from './authorize.ts';
export { startOkta, type Okta } from './okta.ts';
export type { OktaApp, OktaOrg, OktaPerson } from './org.ts';
