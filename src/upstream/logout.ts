import type { World } from '#kernel/world.ts';
import type { Answer, Send, SignInWorld, UpstreamIdentity } from './protocol.ts';

/** What a session of ours keeps of the one at the provider, sealed with it. */
export type UpstreamSession = { issuer: string; subject: string } & Pick<
  UpstreamIdentity['session'],
  'index' | 'nameId' | 'idToken'
>;

/** Optional capability: a person who signs out here is signed out at the provider as well. */
export interface LogsOut<Settings> {
  /** What the browser takes there, once everything of ours has ended; undefined where the provider has no place for it. */
  beginLogout(settings: Settings, wish: LogoutWish, world: SignInWorld): { send: Send; remember: unknown } | undefined;
  /** Finds the handle in what came back, which nobody has verified yet. */
  findLogoutHandle(answer: Answer): string | undefined;
  /** Judges what came back. Nothing rests on it but what the person is told. @throws Problem those of the protocol */
  finishLogout(settings: Settings, back: { answer: Answer; remembered: unknown }, world: SignInWorld): LoggedOut;
}
export interface LogoutWish {
  /** Opaque, 43 characters of base64url; comes back with the answer. */
  handle: string;
  session: UpstreamSession;
}
/** `partly`: the provider says that it could not end everything. `unstated`: it says nothing but that the browser is back. */
export type LoggedOut = { kind: 'everywhere' | 'partly' | 'unstated' };

/** Optional capability: a session that ends at the provider ends here. */
export interface HearsLogout<Settings> {
  /** Who brings the demand: somebody's browser, or the provider itself. */
  readonly logoutComesBy: 'browser' | 'server';
  /** Whether this is a demand of the provider's, and not the answer to ours: a look at what nobody has verified. */
  demandsLogout(answer: Answer): boolean;
  /** Judges it: whose word it is, for whom, when. @throws Problem those of the protocol */
  readLogoutDemand(settings: Settings, answer: Answer, world: SignInWorld): Promise<LogoutDemand>;
  /** What the browser takes back to the provider; undefined where it waits for nothing. */
  answerLogout(settings: Settings, heard: { demand: LogoutDemand; outcome: LogoutOutcome }, world: SignInWorld): Send | undefined;
}
/** Whose sessions end, as the provider names them. */
export interface LogoutDemand {
  /** As `session.key` of the identity; without it, all sessions of the subject. */
  key?: string | undefined;
  issuer: string;
  subject?: string | undefined;
  /** Only those with one of these; all where none is named. */
  indexes: readonly string[];
  /** As in `UpstreamIdentity`. */
  spend: readonly { id: string; until: Date }[];
  /** What the answer needs. */
  remember: unknown;
}
/** `not-named`: there are sessions of this person from there, and none of them is the one that was named. */
export type LogoutOutcome = 'ended' | 'none-left' | 'not-named';

/** Optional capability: takes back what the provider gave us for somebody. */
export interface RevokesTokens<Settings> {
  /** What revoking will need when the settings may be gone: JSON, with secrets in it. Undefined where the provider has no place for it. */
  prepareRevocation(settings: Settings): unknown;
  revoke(prepared: unknown, refreshToken: string, world: World): Promise<Revocation>;
}
export type Revocation =
  | { kind: 'revoked' }
  /** For good. */
  | { kind: 'refused'; code: string }
  /** Nobody was there, or not now. */
  | { kind: 'unanswered'; code: string };
