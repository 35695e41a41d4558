export { METADATA_MEDIA_TYPE, type MetadataWish } from './metadata.ts';
export { checkCertificatesLast } from './preflight.ts';
export { problems as samlProblems } from './problems.ts';
export { createSaml, type DescribesItself, saml } from './protocol.ts';
export { type SamlFields, type SamlSettings, samlFields } from './settings.ts';
