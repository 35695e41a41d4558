import { z } from 'zod';
import { newSecret } from '#kernel/world.ts';
import {
  logoutResponseXml,
  readRedirect,
  SAML,
  SAMLP,
  STATUS_REQUESTER,
  STATUS_SUCCESS,
  STATUS_UNKNOWN_PRINCIPAL,
} from '#wire/saml/index.ts';
import { attributeOf, childrenOf, onlyChild, textOf } from '#wire/xml/index.ts';
import type { Answer, LogoutDemand, LogoutOutcome, Send, SignInWorld } from '../../protocol.ts';
import { checkLogoutService } from '../checks/logout-service.ts';
import type { Evidence } from '../evidence.ts';
import { subjectOf } from '../identity.ts';
import type { SamlSettings } from '../settings.ts';
import { inStep } from '../step.ts';
import { addSeconds, MESSAGE_LIFETIME_SECONDS, SKEW_SECONDS } from '../times.ts';
import { evidenceOf, readLogoutMessage } from './message.ts';
import { demandChecks } from './order.ts';
import { sendLogoutMessage } from './send.ts';

/** Longer than any that a provider sends; the binding allows 80 octets. */
const LONGEST_RELAY_STATE = 1024;

/** What the answer goes back with. */
const remembered = z.strictObject({ id: z.string(), relayState: z.string().optional() });

export const demandsLogout = ({ fields }: Answer): boolean =>
  fields['SAMLRequest'] !== undefined && fields['SAMLResponse'] === undefined;

/**
 * Judges a provider's demand to end somebody's sessions: signed, by this provider, for this address, now.
 *
 * @throws Problem `saml.*`, `xml.*`; each leaves its line in the trace
 * @see SAML Core §3.7.1, §3.7.3.1; SAML Profiles §4.4.3.1, §4.4.4.1
 */
export function readLogoutDemand(settings: SamlSettings, answer: Answer, world: SignInWorld): LogoutDemand {
  const needs = { settings, world };
  checkLogoutService({ settings, trace: world.trace });
  const evidence = evidenceOf(readLogoutMessage(answer, 'LogoutRequest', needs), null, needs);
  for (const check of demandChecks) inStep(world.trace, 'saml.logout_request', () => check(evidence));
  return inStep(world.trace, 'saml.logout_request', () => demandOf(evidence, answer));
}

function demandOf({ assertion: demand, settings, now }: Evidence, { via, fields, query = '' }: Answer): LogoutDemand {
  const id = attributeOf(demand, 'ID') ?? '';
  // By redirect only as the signature covers it: under an escaped name anybody could add one (T70).
  const relayState = via === 'query' ? readRedirect(query, 'SAMLRequest').relayState : fields['RelayState'];
  const key = subjectOf(onlyChild(demand, SAML, 'NameID'), settings.issuer);
  return {
    key,
    issuer: settings.issuer,
    subject: key,
    indexes: childrenOf(demand, SAMLP, 'SessionIndex').map(textOf),
    // After that, IssueInstant refuses it.
    spend: [{ id: `saml-logout:${settings.issuer}:${id}`, until: addSeconds(now, MESSAGE_LIFETIME_SECONDS + 3 * SKEW_SECONDS) }],
    remember: { id, ...(relayState !== undefined && relayState.length <= LONGEST_RELAY_STATE ? { relayState } : {}) },
  };
}

/** Tells the provider what became of its demand. @see SAML Core §3.7.2, §3.7.3.1, §3.2.2.2 */
export function answerLogout(
  settings: SamlSettings,
  { demand, outcome }: { demand: LogoutDemand; outcome: LogoutOutcome },
  world: SignInWorld,
): Send | undefined {
  const { id, relayState } = remembered.parse(demand.remember);
  const isNamed = outcome !== 'not-named';
  const response = {
    id: `_${newSecret(world)}`,
    issueInstant: world.now(),
    issuer: settings.spEntityId,
    destination: settings.sloUrl ?? '',
    inResponseTo: id,
    status: isNamed ? STATUS_SUCCESS : STATUS_REQUESTER,
    nested: isNamed ? undefined : STATUS_UNKNOWN_PRINCIPAL,
  };
  const write: Parameters<typeof sendLogoutMessage>[1]['write'] = (signer) => logoutResponseXml(response, signer);
  return sendLogoutMessage(settings, { field: 'SAMLResponse', relayState, write });
}
