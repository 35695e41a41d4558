import { factOf } from '../facts.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/**
 * Issued for this client. Further audiences are only taken when the token says that it was given to us (`azp`), and `azp`, wherever
 * it stands, must be us. @see OpenID Connect Core 1.0 §3.1.3.7(3-5)
 */
export const checkAudience: IdTokenCheck = ({ claims, settings, trace }) => {
  const { aud, azp } = claims;
  const audiences = typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [];
  const forUs = audiences.every((one) => typeof one === 'string') && audiences.includes(settings.clientId);
  trace.check({
    step: 'oidc.audience',
    expected: settings.clientId,
    received: factOf(aud),
    holds: forUs,
    otherwise: problems.audience_mismatch,
  });
  const partyHolds = azp === undefined ? audiences.length === 1 : azp === settings.clientId;
  trace.check({
    step: 'oidc.authorized_party',
    expected: settings.clientId,
    received: factOf(azp),
    holds: partyHolds,
    otherwise: problems.authorized_party_mismatch,
  });
};
