import { attributeOf, type XmlTree } from '#wire/xml/index.ts';
import type { EnvelopeEvidence, Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** The Response is of SAML 2.0. @see SAML Core §3.2.2 */
export function checkResponseVersion({ response, trace }: EnvelopeEvidence): void {
  check('saml.response_version', response.tree, trace);
}

/** The Assertion is of SAML 2.0. @see SAML Core §2.3.3 */
export function checkAssertionVersion({ assertion, trace }: Evidence): void {
  check('saml.assertion_version', assertion, trace);
}

function check(step: string, tree: XmlTree, trace: EnvelopeEvidence['trace']): void {
  const received = attributeOf(tree, 'Version') ?? null;
  trace.check({ step, expected: '2.0', received, holds: received === '2.0', otherwise: problems.version });
}
