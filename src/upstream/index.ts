export {
  type ClaimMappings, type Connection, type ConnectionDirectory, type ConnectionKind, connectionKinds, type ConnectionPolicy, type UserAttribute,
  userAttributes,
} from './connection.ts';
export { problems as upstreamProblems } from './problems.ts';
export type {
  Answer, ConfigurationSource, FetchedConfiguration, FetchesConfiguration, Send, SignInWish, SignInWorld, UpstreamClaims, UpstreamIdentity,
  UpstreamProtocol,
} from './protocol.ts';
export { createRegistry, type Registered, type Registry } from './registry.ts';
export { findUses } from './find-uses.ts';
export type { ConnectionRegister, StoredConnection } from './connection-register.ts';
export type { ConnectionNeeds } from './needs.ts';
