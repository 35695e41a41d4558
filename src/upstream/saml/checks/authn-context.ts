import { textOf } from '#wire/xml/index.ts';
import { authnContextClassOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * What was asked came back: one of the requested contexts, exactly. Identity providers name the same password differently, so the
 * connection may ask without insisting (`enforceContext: false`).
 *
 * @see SAML Core §3.3.2.2.1
 */
export function checkAuthnContext({ assertion, expected, settings, trace }: Evidence): void {
  const context = authnContextClassOf(assertion);
  const received = context === undefined ? null : textOf(context);
  const isDemanded = settings.enforceContext && expected.contexts.length > 0;
  trace.check({
    step: 'saml.authn_context',
    expected: isDemanded ? expected.contexts : 'any',
    received,
    holds: !isDemanded || (received !== null && expected.contexts.includes(received)),
    otherwise: problems.authn_context_mismatch,
  });
}
