import { SAMLP, STATUS_SUCCESS } from '#wire/saml/index.ts';
import { attributeOf, onlyChild, optionalChild, textOf } from '#wire/xml/index.ts';
import type { EnvelopeEvidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The identity provider says Success, at the top level. What it says instead goes into the trace: the outer code, the code inside
 * (`AuthnFailed`, `NoAuthnContext`), its message. The message is text of a stranger and is not shown to the person.
 *
 * @see SAML Core §3.2.2.2
 */
export function checkStatus({ response, trace }: EnvelopeEvidence): void {
  const status = onlyChild(response.tree, SAMLP, 'Status');
  const outer = onlyChild(status, SAMLP, 'StatusCode');
  const inner = optionalChild(outer, SAMLP, 'StatusCode');
  const message = optionalChild(status, SAMLP, 'StatusMessage');
  const code = attributeOf(outer, 'Value') ?? null;
  const nested = (inner && attributeOf(inner, 'Value')) ?? null;
  trace.check({
    step: 'saml.status',
    expected: STATUS_SUCCESS,
    holds: code === STATUS_SUCCESS,
    otherwise: problems.status_not_success,
    received: { code, nested, message: message === undefined ? null : textOf(message).slice(0, 256) },
    detail: (nested ?? code ?? '').replace(/^.*:/, '').slice(0, 64),
  });
}
