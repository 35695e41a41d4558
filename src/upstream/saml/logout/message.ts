import { Problem } from '#kernel/problem.ts';
import { inflateMessage, type MessageField, readRedirect } from '#wire/saml/index.ts';
import {
  guardXml,
  openDetached,
  openXml,
  readSigned,
  signaturesOf,
  type VerifiedElement,
  verifyDetached,
  verifySignatureOf,
} from '#wire/xml/index.ts';
import type { Answer, SignInWorld } from '../../protocol.ts';
import { checkCertificateDates } from '../checks/certificate.ts';
import type { Evidence } from '../evidence.ts';
import { readMessage } from '../message.ts';
import { problems } from '../problems.ts';
import type { Needs } from '../source.ts';
import { inStep, passing } from '../step.ts';
import { checkLogoutStructure, type LogoutMessage } from '../structure.ts';

const FIELDS: Readonly<Record<LogoutMessage, MessageField>> = {
  LogoutRequest: 'SAMLRequest',
  LogoutResponse: 'SAMLResponse',
};

/**
 * The message that a browser brought, by redirect or by a posted form, as far as a configured key of the provider signed it. Without a
 * signature it is nobody's word in either binding: whoever could send one would sign out whom they like, or keep people signed in whom a
 * provider wants gone (ATTACKS T72, T75).
 *
 * @throws Problem `saml.*`, `xml.*`; each leaves its line in the trace
 * @see SAML Profiles §4.4.3.1, §4.4.3.5; SAML Bindings §3.4.4.1, §3.5.5.2
 */
export function readLogoutMessage(answer: Answer, name: LogoutMessage, needs: Needs): VerifiedElement {
  return answer.via === 'query' ? readRedirected(answer, name, needs) : readPosted(answer, name, needs);
}

/** Signature first: nothing is inflated that a stranger compressed. */
function readRedirected({ query = '' }: Answer, name: LogoutMessage, needs: Needs): VerifiedElement {
  const { trace } = needs.world;
  const received = inStep(trace, 'saml.message', () => readRedirect(query, FIELDS[name]));
  const { signature } = received;
  if (signature === undefined) throw missing(needs.world);
  const proof = verified(needs, () => verifyDetached(signature, needs.settings.verificationKeys));
  const bytes = passing(trace, 'saml.message', {
    work: () => inflateMessage(received.deflated),
    told: ({ length }) => ({ bytes: length }),
  });
  return inStep(trace, 'saml.xml', () => {
    using open = openDetached(guardXml(bytes), proof);
    checkLogoutStructure(open, name, 'beside');
    return open.read(open.root);
  });
}

/** Only the bytes that the signature covers are read, parsed anew. */
function readPosted(answer: Answer, name: LogoutMessage, needs: Needs): VerifiedElement {
  const { trace } = needs.world;
  const bytes = passing(trace, 'saml.message', {
    work: () => readMessage(answer, FIELDS[name]),
    told: ({ length }) => ({ bytes: length }),
  });
  using open = passing(trace, 'saml.xml', { work: () => openXml(guardXml(bytes)), told: ({ root }) => root.name });
  inStep(trace, 'saml.structure', () => checkLogoutStructure(open, name, 'inside'));
  if (signaturesOf(open.root).length === 0) throw missing(needs.world);
  return readSigned(verified(needs, () => verifySignatureOf(open, open.root, needs.settings.verificationKeys)).octets);
}

function verified<Proof extends Pick<ReturnType<typeof verifySignatureOf>, 'method' | 'key'>>(
  { settings, world }: Needs,
  verify: () => Proof,
): Proof {
  const { trace } = world;
  const proof = passing(trace, 'saml.logout_signature', {
    work: verify,
    told: ({ method, key }) => ({ algorithm: method.uri, certificate: key.fingerprint }),
  });
  checkCertificateDates(proof.key, settings, { trace, now: world.now() });
  return proof;
}

function missing({ trace }: SignInWorld): Problem {
  const received = 'no signature';
  trace.check({ step: 'saml.signature', holds: false, expected: 'signed', received, otherwise: problems.signature_missing });
  return new Problem(problems.signature_missing);
}

/** What the checks see: the root itself is what they call the Response, and what they call the Assertion. */
export function evidenceOf(message: VerifiedElement, requestId: string | null, { settings, world }: Needs): Evidence {
  const now = world.now();
  const expected = {
    requestId,
    acsUrl: settings.spSloUrl ?? '',
    sentAt: now.toISOString(),
    forceAuthn: false,
    maxAgeSeconds: null,
    contexts: [],
  };
  return { settings, expected, now, trace: world.trace, response: { kind: 'signed', tree: message }, assertion: message };
}
