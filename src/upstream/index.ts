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
export { findUses } from './find-uses.ts';
export type { ConnectionNeeds } from './needs.ts';
export { problems as upstreamProblems } from './problems.ts';
export type {
  Answer,
  ConfigurationSource,
  FetchedConfiguration,
  FetchesConfiguration,
  Overage,
  Send,
  SignInWish,
  SignInWorld,
  UpstreamClaims,
  UpstreamIdentity,
  UpstreamProtocol,
} from './protocol.ts';
export { createRegistry, type Registered, type Registry } from './registry.ts';
