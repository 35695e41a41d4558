export type { NewSession, Session, SessionDependants, SessionId, SessionStore, UpstreamKept } from './session.ts';
