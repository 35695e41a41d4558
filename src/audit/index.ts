export { canonicalJson, FIRST_PREVIOUS_HASH, hashOf, isNextLink } from './chain.ts';
export {
  type Actor,
  type AuditChain,
  type AuditEntry,
  type AuditEvent,
  type AuditFilter,
  type AuditLog,
  actorOf,
  readActor,
  writeActor,
} from './events.ts';
export { csvHeader, csvLine, jsonLine, type PublicEvent, publicEvent } from './export.ts';
