import { attributeOf } from '#wire/xml/index.ts';
import { conditionsOf, confirmationDataOf } from '../assertion.ts';
import type { EnvelopeEvidence, Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';
import { addSeconds, MESSAGE_LIFETIME_SECONDS, SKEW_SECONDS, timeOf } from '../times.ts';

/** An NCName of bearable length: what an xs:ID is. */
const ID = /^[\p{L}_][\p{L}\p{N}_.-]{0,255}$/u;

export type Spending = { id: string; until: Date }[];

/** The assertion can be told from others, so that it can be spent. @see SAML Profiles §4.1.4.5 */
export function checkId({ assertion, trace }: Evidence): void {
  const received = attributeOf(assertion, 'ID') ?? '';
  trace.check({
    step: 'saml.replay',
    expected: 'an ID to spend',
    received,
    holds: ID.test(received),
    otherwise: problems.id_malformed,
  });
}

/**
 * What must be spent, once ever, for this sign-in to count: the assertion's ID under its issuer, and that of a signed Response. The
 * ids live in signed bytes; raw bytes can be varied without changing what they say. They are kept until the last moment at which any
 * clock within the skew would still accept the message.
 *
 * @see SAML Profiles §4.1.4.5
 */
export function readSpending(evidence: Evidence): Spending {
  const { assertion, response, settings } = evidence;
  const until = lastMomentOf(evidence);
  const spend: Spending = [{ id: `saml-assertion:${settings.issuer}:${attributeOf(assertion, 'ID')}`, until }];
  const responseId = responseIdOf(response);
  return responseId === undefined ? spend : [...spend, { id: `saml-response:${settings.issuer}:${responseId}`, until }];
}

function responseIdOf({ kind, tree }: EnvelopeEvidence['response']): string | undefined {
  // An unsigned Response is anybody's: its id says nothing, and spending it would let a stranger fill the store.
  return kind === 'signed' ? attributeOf(tree, 'ID') : undefined;
}

function lastMomentOf({ assertion, now }: Evidence): Date {
  const stated = [timeOf(conditionsOf(assertion), 'NotOnOrAfter'), timeOf(confirmationDataOf(assertion), 'NotOnOrAfter')];
  const issued = timeOf(assertion, 'IssueInstant') ?? now;
  const latest = Math.max(...stated.map((time) => time?.getTime() ?? 0), now.getTime());
  // Whatever validity it states, checkAssertionIssueInstant refuses it after its lifetime: longer need nothing be kept.
  const bound = addSeconds(issued, MESSAGE_LIFETIME_SECONDS).getTime();
  return addSeconds(new Date(Math.min(latest, bound)), 2 * SKEW_SECONDS);
}
