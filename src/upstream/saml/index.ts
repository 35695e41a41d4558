export { METADATA_MEDIA_TYPE } from './metadata.ts';
export { problems as samlProblems } from './problems.ts';
export { saml, type DescribesItself } from './protocol.ts';
export { samlFields, type SamlFields, type SamlSettings } from './settings.ts';
