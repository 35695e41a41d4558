import type { Answer, LogoutDemand, SignInWorld } from '../protocol.ts';
import { checkAudience } from './checks/audience.ts';
import { checkHeader } from './checks/header.ts';
import { checkIssuer } from './checks/issuer.ts';
import { checkLogoutEvent } from './checks/logout-event.ts';
import { checkLogoutNaming } from './checks/logout-naming.ts';
import { checkLogoutTokenId } from './checks/logout-token-id.ts';
import { checkLogoutTokenType } from './checks/logout-token-type.ts';
import type { IdTokenCheck } from './checks/rules.ts';
import { checkTimes, lastUse } from './checks/times.ts';
import type { KeySets } from './key-sets.ts';
import { NOTHING_ASKED } from './remembered.ts';
import type { OidcSettings } from './settings.ts';
import { checkSignature } from './signature.ts';
import { readToken } from './token.ts';

const STEP = 'oidc.logout_token';

/** Rules about a logout token, after its form, header and signature. */
export const logoutTokenChecks: readonly IdTokenCheck[] = [
  checkIssuer,
  checkAudience,
  checkTimes,
  checkLogoutEvent,
  checkLogoutTokenId,
  checkLogoutNaming,
];

export const demandsLogout = ({ via, fields }: Answer): boolean => via === 'form' && fields['logout_token'] !== undefined;

/**
 * Judges the logout token that a provider posts, server to server: signed with a key that it publishes, for us, now, and meant as nothing
 * else.
 *
 * @throws Problem `oidc.*`; each leaves its line in the trace
 * @see OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6
 */
export async function readLogoutDemand(
  settings: OidcSettings,
  { fields }: Answer,
  needs: { keySets: KeySets; world: SignInWorld },
): Promise<LogoutDemand> {
  const { trace } = needs.world;
  const token = readToken(fields['logout_token'] ?? '', trace, STEP);
  const { typ, ...header } = token.header;
  checkLogoutTokenType(typ, trace);
  checkHeader(header, trace, STEP);
  await checkSignature(token, { jwksUri: settings.jwksUri, step: STEP }, needs);
  const { claims } = token;
  const now = Math.floor(needs.world.now().getTime() / 1000);
  // Nothing was asked that it could answer: the checks that would look at what was are not among these.
  for (const check of logoutTokenChecks) check({ claims, settings, remembered: NOTHING_ASKED, now, trace });
  return demandOf(claims, settings);
}

function demandOf(claims: Readonly<Record<string, unknown>>, { issuer, kind }: OidcSettings): LogoutDemand {
  const sid = typeof claims.sid === 'string' ? claims.sid : undefined;
  return {
    key: sid,
    issuer,
    // At Microsoft people are known by directory and object, which a logout token does not name.
    subject: kind === 'microsoft-oidc' || typeof claims.sub !== 'string' ? undefined : claims.sub,
    indexes: sid === undefined ? [] : [sid],
    spend: [{ id: `logout-token:${issuer}:${String(claims.jti)}`, until: new Date(lastUse(claims) * 1000) }],
    remember: null,
  };
}
