export {
  type ClaimMappings,
  type Connection,
  type ConnectionDirectory,
  type ConnectionKind,
  type ConnectionPolicy,
  connectionKinds,
  type UserAttribute,
  userAttributes,
} from './connection.ts';
export type { ConnectionRegister, StoredConnection } from './connection-register.ts';
export { bytesOf, writeCanonical } from './exchange/canonical.ts';
export { type CarriedSecrets, carriedSecrets, readCarried, writeCarried } from './exchange/carried-secrets.ts';
export { checkDepth } from './exchange/depth.ts';
export { contentOf } from './exchange/document.ts';
export { passphrase } from './exchange/export-connection.ts';
export { type ProviderPlan, planProvider } from './exchange/plan-provider.ts';
export { openSecrets, type SealedSecrets, sealedSecrets, sealSecrets } from './exchange/sealed-secrets.ts';
export { field, fieldNames } from './field-names.ts';
export { findUses, listAll as listAllConnections } from './find-uses.ts';
export type { GroupsSeen } from './groups-seen/seen.ts';
export { type Blame, blameOf, blames } from './health/blame.ts';
export { languageOf } from './health/expiry-words.ts';
export type { Ends, FigureBook, SignInFigures } from './health/figures.ts';
export { type RefreshDueNeeds, refreshDue } from './health/refresh-due.ts';
export { activatePlanned, announceNextKeys, type KeysByTimeNeeds } from './keys/keys-by-time.ts';
export {
  type AccessGate,
  type AccessRule,
  type Circumstances,
  type ClaimMapping,
  describeMapping,
  evaluateMapping,
  evaluateText,
  findClaim,
  type GroupFilter,
  type GroupPattern,
  type Mapped,
  patternOf,
  readClaim,
  readList,
  readText,
  TooMuch,
  textsOf,
  Work,
} from './mapping/index.ts';
export type { Change as ConnectionChange, ConnectionNeeds } from './needs.ts';
export { preflight } from './preflight.ts';
export { vendorOf } from './presets/list.ts';
export {
  explainProviderError,
  personReasonOf,
  readProviderFacts,
} from './presets/provider-errors.ts';
export type { PersonReason, ProviderExplanation, ProviderFacts, ProviderValues } from './presets/provider-explanation.ts';
export { problems as upstreamProblems } from './problems.ts';
export type {
  Answer,
  AsksConsent,
  ConfigurationSource,
  ConsentPurpose,
  ConsentRequest,
  ConsentWish,
  FetchedConfiguration,
  FetchesConfiguration,
  HearsLogout,
  Inspected,
  LoggedOut,
  LogoutDemand,
  LogoutOutcome,
  LogsOut,
  Overage,
  Pasted,
  PortalStart,
  Recheck,
  RechecksPeople,
  Revocation,
  RevokesTokens,
  Send,
  SignInWish,
  SignInWorld,
  StartsAtPortal,
  UpstreamClaims,
  UpstreamIdentity,
  UpstreamProtocol,
  UpstreamSession,
} from './protocol.ts';
export { createRegistry, type Registered, type Registry } from './registry.ts';
export {
  here,
  inBrackets,
  type KnownProvider,
  knownProviderOf,
  onPerson,
  provider,
  type RefusalFacts,
  type Remedy,
  type RemedyTable,
  remedyIn,
  remedyOfProvider,
  shown,
  upstreamRemedies,
} from './remedies.ts';
export { removeConnection } from './remove-connection.ts';
export type { Revision, RevisionRegister, RevisionState, VerificationNote } from './revisions/revision.ts';
