import { SAML } from '#wire/saml/index.ts';
import { onlyChild, optionalChild, textOf } from '#wire/xml/index.ts';
import type { EnvelopeEvidence, Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * The Response's Issuer is the identity provider: character by character, without trimming. An unsigned Response may leave it out (nobody
 * believes it anyway), a signed one must not.
 *
 * @see SAML Profiles §4.1.4.2
 */
export function checkResponseIssuer({ response, settings, trace }: EnvelopeEvidence): void {
  const issuer = optionalChild(response.tree, SAML, 'Issuer');
  const received = issuer === undefined ? null : textOf(issuer);
  const holds = received === null ? response.kind === 'unsigned' : received === settings.issuer;
  trace.check({ step: 'saml.response_issuer', expected: settings.issuer, received, holds, otherwise: problems.issuer_mismatch });
}

/** The Assertion's Issuer is the identity provider. A key that two tenants trust must not make one's people the other's. @see SAML Profiles §4.1.4.2 */
export function checkIssuer({ assertion, settings, trace }: Evidence): void {
  const received = textOf(onlyChild(assertion, SAML, 'Issuer'));
  const holds = received === settings.issuer;
  trace.check({ step: 'saml.issuer', expected: settings.issuer, received, holds, otherwise: problems.issuer_mismatch });
}
