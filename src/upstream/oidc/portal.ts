import type { Answer, PortalStart, SignInWorld } from '../protocol.ts';
import { problems } from './problems.ts';
import type { OidcSettings } from './settings.ts';

const LONGEST_HINT = 320;
/** Longer than any address that an application registers. */
const LONGEST_TARGET = 2000;

/**
 * Reads the request of a portal to begin a sign-in. Nothing of it is signed: it says no more than where somebody wants to sign in, and any
 * page may send it.
 *
 * @throws Problem `oidc.initiation_issuer_mismatch`
 * @see OpenID Connect Core 1.0 §4
 */
export function readPortalStart(settings: OidcSettings, { fields }: Answer, { trace }: SignInWorld): PortalStart {
  const { iss, login_hint: hint, target_link_uri: target } = fields;
  trace.check({
    step: 'oidc.initiation_issuer',
    expected: settings.issuer,
    received: iss ?? null,
    holds: iss === settings.issuer,
    otherwise: problems.initiation_issuer_mismatch,
  });
  return { loginHint: upTo(LONGEST_HINT, hint), target: upTo(LONGEST_TARGET, target), spend: [] };
}

const upTo = (longest: number, text: string | undefined): string | undefined =>
  text !== undefined && text !== '' && text.length <= longest ? text : undefined;
