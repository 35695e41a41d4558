import { guardXml, type OpenXml, openXml } from '#wire/xml/index.ts';
import type { Answer, SignInWorld, UpstreamIdentity } from '../protocol.ts';
import { authenticateAssertion, withEnvelope } from './authenticate.ts';
import { type Evidence, type Expected, readExpectation } from './evidence.ts';
import { readIdentity } from './identity.ts';
import { readMessage } from './message.ts';
import { assertionChecks, responseChecks } from './order.ts';
import type { SamlSettings } from './settings.ts';
import { inStep, passing } from './step.ts';

/**
 * Judges an answer: guard, parser, structure, signatures, then the checks of `order.ts`. Nobody is named by anything but bytes that a
 * configured key signed.
 *
 * @throws Problem `saml.*`, `xml.*`; each leaves its line in the trace
 */
export function finish(
  settings: SamlSettings,
  { answer, remembered }: { answer: Answer; remembered: unknown },
  world: SignInWorld,
): UpstreamIdentity {
  return judge(settings, { answer, expected: readExpectation(remembered), read: readIdentity }, world);
}

/** The whole judgement of a message; `read` sees it only when every check has held. */
export function judge<Result>(
  settings: SamlSettings,
  { answer, expected, read }: { answer: Answer; expected: Expected; read: (evidence: Evidence) => Result },
  world: SignInWorld,
): Result {
  const { trace } = world;
  const bytes = passing(trace, 'saml.message', { work: () => readMessage(answer), told: (read) => ({ bytes: read.length }) });
  using open: OpenXml = passing(trace, 'saml.xml', { work: () => openXml(guardXml(bytes)), told: (opened) => opened.root.name });
  return withEnvelope(open, { settings, world }, (source, response) => {
    const around = { settings, expected, now: world.now(), trace, response };
    for (const check of responseChecks) inStep(trace, 'saml.response', () => check(around));
    const evidence: Evidence = { ...around, assertion: authenticateAssertion(source, { settings, world }) };
    for (const check of assertionChecks) inStep(trace, 'saml.assertion', () => check(evidence));
    return read(evidence);
  });
}
