import type { EnvelopeEvidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** Single logout is set up: there is an address to answer to. @see SAML Profiles §4.4.3 */
export function checkLogoutService({ settings, trace }: Pick<EnvelopeEvidence, 'settings' | 'trace'>): void {
  const received = settings.sloUrl ?? null;
  trace.check({
    step: 'saml.logout_service',
    expected: 'a single logout address',
    received,
    holds: received !== null && Boolean(settings.spSloUrl),
    otherwise: problems.logout_off,
  });
}
