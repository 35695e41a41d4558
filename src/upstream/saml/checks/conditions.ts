import { SAML } from '#wire/saml/index.ts';
import { optionalChild } from '#wire/xml/index.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** OneTimeUse asks for no caching, which we never do: each assertion is spent. ProxyRestriction binds only who issues further ones. */
const UNDERSTOOD: readonly string[] = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** There are conditions, and all are understood: one that is not makes the assertion indeterminate. @see SAML Core §2.5.1.1 */
export function checkConditions({ assertion, trace }: Evidence): void {
  const conditions = optionalChild(assertion, SAML, 'Conditions');
  const step = 'saml.conditions';
  trace.check({
    step,
    expected: 'Conditions',
    received: conditions?.name ?? null,
    holds: conditions !== undefined,
    otherwise: problems.conditions_missing,
  });
  const foreign = conditions?.children.find(({ namespace, name }) => namespace !== SAML || !UNDERSTOOD.includes(name));
  trace.check({
    step,
    expected: UNDERSTOOD,
    received: foreign?.name ?? null,
    holds: foreign === undefined,
    otherwise: problems.condition_unknown,
  });
}
