import { isProblem, type Problem } from '#kernel/problem.ts';
import { createTrace } from '#kernel/trace.ts';
import type { Inspected, Pasted, SignInWorld, UpstreamIdentity } from '../protocol.ts';
import { readAuthenticationTime } from './checks/authentication-time.ts';
import { readMethods } from './checks/methods.ts';
import { checkUserinfoSubject } from './checks/userinfo-subject.ts';
import { mergeClaims, verificationOf } from './claims.ts';
import { subjectOf, verifyIdToken } from './finish.ts';
import type { KeySets } from './key-sets.ts';
import { completeClaims } from './overage.ts';
import { NOTHING_ASKED, type Remembered } from './remembered.ts';
import type { OidcSettings } from './settings.ts';
import { readToken } from './token.ts';

type Claims = Readonly<Record<string, unknown>>;

const NEEDS_AN_ATTEMPT = 'nonce, state and code, and how long ago the person authenticated: they belong to a sign-in of ours';
const USERINFO = 'the userinfo answer: nobody signed it';

/**
 * An ID token or userinfo answer that somebody pasted, judged by all the checks of a sign-in but those that need its attempt. Where one
 * refuses, the claims are those that nobody vouches for: good for looking at, and for nothing else.
 *
 * @throws Problem `oidc.token_malformed`, `oidc.token_encrypted`
 */
export async function inspect(
  settings: OidcSettings,
  { idToken: raw, userinfo = {} }: Pasted,
  needs: { keySets: KeySets; world: SignInWorld },
): Promise<Inspected> {
  const { world } = needs;
  const idToken = raw === undefined ? undefined : readToken(raw.trim(), createTrace(world), 'oidc.id_token').claims;
  const refusal = raw === undefined ? null : await judge(settings, { raw: raw.trim(), idToken: idToken ?? {}, userinfo }, needs);
  const claims = mergeClaims(idToken ?? {}, userinfo, settings);
  const named = { claims: idToken === undefined ? { ...userinfo } : claims, idToken: idToken ?? {}, userinfo };
  // Nothing is asked of anybody for a pasted token: where groups are kept elsewhere, they are only known to be incomplete.
  const complete = await completeClaims(named, { ...settings, graphAccess: undefined }, world);
  const identity = identityOf({ ...complete, idToken: idToken ?? userinfo }, settings);
  const isWhole = Object.keys(userinfo).length === 0;
  return {
    identity,
    refusal,
    unchecked: [
      ...(raw === undefined ? ['everything: a userinfo answer carries no signature'] : [NEEDS_AN_ATTEMPT]),
      ...(isWhole || raw === undefined ? [] : [USERINFO]),
      ...(refusal === null ? [] : ['whatever comes after the check that refused']),
    ],
  };
}

async function judge(
  settings: OidcSettings,
  { raw, idToken, userinfo }: { raw: string; idToken: Claims; userinfo: Claims },
  needs: { keySets: KeySets; world: SignInWorld },
): Promise<Problem | null> {
  const { trace } = needs.world;
  try {
    await verifyIdToken(raw, { settings, remembered: rememberedOf(idToken) }, needs);
    if (Object.keys(userinfo).length > 0) checkUserinfoSubject({ subject: idToken.sub, claims: userinfo, trace });
    return null;
  } catch (refusal) {
    if (isProblem(refusal)) return refusal;
    throw refusal;
  }
}

/** An attempt that this very token would answer: what only an attempt can tell is left open, and said to be. */
function rememberedOf({ nonce }: Claims): Remembered {
  return { ...NOTHING_ASKED, handle: 'preview', nonce: nonce as string };
}

function identityOf(
  { claims, overage, idToken }: Pick<UpstreamIdentity, 'claims' | 'overage'> & { idToken: Claims },
  settings: OidcSettings,
): UpstreamIdentity {
  const at = readAuthenticationTime(idToken);
  return {
    issuer: settings.issuer,
    subject: subjectOf(idToken, settings),
    claims,
    overage,
    subjectKind: 'lasting',
    emailVerification: verificationOf(claims, settings.kind),
    authenticatedAt: at === null ? null : new Date(at * 1000),
    issuedAt: typeof idToken.iat === 'number' ? new Date(idToken.iat * 1000) : null,
    acr: typeof idToken.acr === 'string' ? idToken.acr : null,
    amr: readMethods(idToken),
    spend: [],
    session: {},
  };
}
