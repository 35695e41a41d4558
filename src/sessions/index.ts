export type { NewSession, Session, SessionDependants, SessionId, SessionStore } from './session.ts';
