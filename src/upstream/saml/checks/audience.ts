import { SAML } from '#wire/saml/index.ts';
import { childrenOf, textOf } from '#wire/xml/index.ts';
import { conditionsOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The assertion is for us: there is an AudienceRestriction, and every one of them names our entity id, exactly. Restrictions are
 * joined by "and", the audiences within one by "or".
 *
 * @see SAML Core §2.5.1.4, SAML Profiles §4.1.4.2
 */
export function checkAudience({ assertion, settings, trace }: Evidence): void {
  const restrictions = childrenOf(conditionsOf(assertion), SAML, 'AudienceRestriction');
  const audiences = restrictions.map((restriction) => childrenOf(restriction, SAML, 'Audience').map(textOf));
  const step = 'saml.audience';
  trace.check({
    step,
    expected: settings.spEntityId,
    received: audiences.length,
    holds: audiences.length > 0,
    otherwise: problems.audience_missing,
  });
  trace.check({
    step,
    expected: settings.spEntityId,
    received: audiences.slice(0, 4).map((each) => each.slice(0, 8)),
    holds: audiences.every((each) => each.includes(settings.spEntityId)),
    otherwise: problems.audience_mismatch,
  });
}
