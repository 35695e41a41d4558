import { Problem } from '#kernel/problem.ts';
import type { Session } from '#sessions/index.ts';
import type { Application } from './application.ts';
import { problems } from './problems.ts';

/** What an ID token of ours says; its signature was checked, its time may be over. */
export interface Hint {
  readonly sub: string;
  readonly aud: string;
  readonly sid?: string;
}

export interface EndSessionGiven {
  /** `invalid`: one was sent, and it is not one of ours. */
  hint: Hint | 'invalid' | undefined;
  clientId: string | undefined;
  postLogoutRedirectUri: string | undefined;
  /** The application that the hint or the client id names, if it is known and enabled. */
  application: Application | undefined;
  session: Session | undefined;
}

export interface EndSessionDecision {
  /** `end`: at once. `ask`: the person first. `nothing`: nobody is signed in. */
  what: 'end' | 'ask' | 'nothing';
  /** Where to go afterwards; undefined for our own page. */
  target: string | undefined;
}

/**
 * Whether an application may sign a person out, and where the browser goes then. Only an ID token that we gave out for this very person
 * spares the question: a link or an image on another site has none.
 *
 * @throws Problem `openid_provider.sign_out_hint_invalid`, `openid_provider.sign_out_uri_unregistered`
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §3, §4
 */
export function decideEndSession({
  hint,
  clientId,
  postLogoutRedirectUri,
  application,
  session,
}: EndSessionGiven): EndSessionDecision {
  if (hint === 'invalid') throw new Problem(problems.sign_out_hint_invalid);
  if (hint && (!application || (clientId !== undefined && clientId !== hint.aud)))
    throw new Problem(problems.sign_out_hint_invalid);
  if (postLogoutRedirectUri !== undefined && !application?.postLogoutRedirectUris.includes(postLogoutRedirectUri)) {
    throw new Problem(problems.sign_out_uri_unregistered, {
      facts: { asked: postLogoutRedirectUri.slice(0, 200), application: application?.id },
    });
  }
  if (!session) return { what: 'nothing', target: postLogoutRedirectUri };
  return { what: hint?.sub === session.userId ? 'end' : 'ask', target: postLogoutRedirectUri };
}
