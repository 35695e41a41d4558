import { z } from 'zod';
import { type LogoutRequest, logoutRequestXml, SAMLP, STATUS_SUCCESS } from '#wire/saml/index.ts';
import { attributeOf, onlyChild } from '#wire/xml/index.ts';
import type { Answer, LoggedOut, LogoutWish, Send, SignInWorld } from '../../protocol.ts';
import type { SamlSettings } from '../settings.ts';
import { inStep } from '../step.ts';
import { addSeconds } from '../times.ts';
import { evidenceOf, readLogoutMessage } from './message.ts';
import { answerChecks } from './order.ts';
import { sendLogoutMessage } from './send.ts';

/** Long enough for clocks that differ and a slow browser. */
const LIFETIME_SECONDS = 300;
const HANDLE = /^[A-Za-z0-9_-]{43}$/;

/** As `identity.ts` writes it: a LogoutRequest repeats the name to the letter. */
const keptName = z.object({
  value: z.string(),
  format: z.string().optional(),
  nameQualifier: z.string().optional(),
  spNameQualifier: z.string().optional(),
});
const remembered = z.strictObject({ requestId: z.string() });

/** Demands of the provider that it ends the session that ours came from. @see SAML Core §3.7.1, §3.7.3.2 */
export function beginLogout(
  settings: SamlSettings,
  { handle, session }: LogoutWish,
  { trace, ...world }: SignInWorld,
): { send: Send; remember: z.output<typeof remembered> } | undefined {
  if (!settings.sloUrl || !settings.spSloUrl || session.nameId === undefined) return undefined;
  // Names of the provider that was here before mean nothing to this one.
  if (session.issuer !== settings.issuer) return undefined;
  const now = world.now();
  const request: LogoutRequest = {
    id: `_${handle}`,
    issueInstant: now,
    notOnOrAfter: addSeconds(now, LIFETIME_SECONDS),
    issuer: settings.spEntityId,
    destination: settings.sloUrl,
    name: keptName.parse(JSON.parse(session.nameId)),
    sessionIndex: session.index,
  };
  const send = sendLogoutMessage(settings, {
    field: 'SAMLRequest',
    relayState: handle,
    write: (signer) => logoutRequestXml(request, signer),
  });
  if (!send) return undefined;
  trace.note('saml.logout_request', { received: { id: request.id, by: send.kind, destination: request.destination } });
  return { send, remember: { requestId: request.id } };
}

/** What we gave along; the answer itself is held against the id of the request. @see SAML Bindings §3.4.3, §3.5.3 */
export function findLogoutHandle({ fields }: Answer): string | undefined {
  const handle = fields['RelayState'];
  return handle !== undefined && HANDLE.test(handle) ? handle : undefined;
}

/**
 * Judges the answer to our demand. A status other than Success refuses nothing: here everything has ended, and the person is told that
 * elsewhere it may not have.
 *
 * @throws Problem `saml.*`, `xml.*`; each leaves its line in the trace
 * @see SAML Profiles §4.4.3.5, §4.4.4.2
 */
export function finishLogout(
  settings: SamlSettings,
  { answer, remembered: kept }: { answer: Answer; remembered: unknown },
  world: SignInWorld,
): LoggedOut {
  const needs = { settings, world };
  const evidence = evidenceOf(readLogoutMessage(answer, 'LogoutResponse', needs), remembered.parse(kept).requestId, needs);
  for (const check of answerChecks) inStep(world.trace, 'saml.logout_response', () => check(evidence));
  return inStep(world.trace, 'saml.logout_status', () => {
    const code = onlyChild(onlyChild(evidence.assertion, SAMLP, 'Status'), SAMLP, 'StatusCode');
    const [value, nested] = [code, ...code.children].map((one) => attributeOf(one, 'Value') ?? null);
    world.trace.note('saml.logout_status', {
      expected: STATUS_SUCCESS,
      received: { code: value ?? null, nested: nested ?? null },
    });
    // A partial logout is told inside of Success (SAML Core §3.2.2.2).
    const isWhole = value === STATUS_SUCCESS && (nested ?? null) === null;
    return { kind: isWhole ? 'everywhere' : 'partly' };
  });
}
