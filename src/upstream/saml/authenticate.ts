import { Problem } from '#kernel/problem.ts';
import type { Trace } from '#kernel/trace.ts';
import { SAML } from '#wire/saml/index.ts';
import {
  elementsOf,
  isElement,
  type OpenXml,
  openSigned,
  readSigned,
  readTree,
  signaturesOf,
  type VerifiedElement,
  type VerifiedSignature,
  verifySignatureOf,
  type XmlElement,
} from '#wire/xml/index.ts';
import { checkCertificateDates } from './checks/certificate.ts';
import { readEncryptedAssertion } from './encrypted-assertion.ts';
import type { ResponseEnvelope } from './evidence.ts';
import { problems } from './problems.ts';
import { isAssertionSignatureNeeded, type Needs, type Source } from './source.ts';
import { inStep, passing } from './step.ts';
import { checkResponseStructure, isAssertion } from './structure.ts';

/**
 * Verifies the signature of the Response, if it has one, and hands on the envelope: from the signed bytes parsed anew, or, unsigned,
 * as it came. What must be done with the document is done in `use`, for the document is gone afterwards.
 *
 * @throws Problem `saml.structure`, `saml.assertion_ambiguous`, `xml.*`
 */
export function withEnvelope<Result>(
  open: OpenXml,
  { settings, world }: Needs,
  use: (source: Source, response: ResponseEnvelope) => Result,
): Result {
  inStep(world.trace, 'saml.structure', () => checkResponseStructure(open));
  if (signaturesOf(open.root).length === 0) {
    return use({ kind: 'unsigned', xml: open }, { kind: 'unsigned', tree: readTree(open.root, isAssertion) });
  }
  const verified = verifyTraced({ settings, world }, 'saml.response_signature', () =>
    verifySignatureOf(open, open.root, settings.verificationKeys),
  );
  using signed = openSigned(verified.octets);
  return use({ kind: 'signed', xml: signed }, { kind: 'signed', tree: signed.read(signed.root, isAssertion) });
}

/**
 * The one assertion, decrypted if need be, and only if the signatures that the connection demands are there. A signature that is there
 * must be valid, demanded or not.
 *
 * @throws Problem `saml.assertion_missing`, `saml.signature_missing`, `saml.decryption_failed`, `xml.signature_*`
 */
export function authenticateAssertion(source: Source, needs: Needs): VerifiedElement {
  const { trace } = needs.world;
  const demanded = needs.settings.verifySignatureOf;
  if (source.kind === 'unsigned' && (demanded === 'response' || demanded === 'both'))
    throw missing(trace, demanded, 'no signature of the response');
  const element = elementsOf(source.xml.root).find(isAssertion);
  trace.check({
    step: 'saml.assertion',
    holds: element !== undefined,
    expected: 'one assertion',
    otherwise: problems.assertion_missing,
  });
  if (element === undefined) throw new Problem(problems.assertion_missing);
  if (!isElement(element, SAML, 'Assertion')) return readEncryptedAssertion(source, element, needs);
  return readPlainAssertion(source, element, needs);
}

function readPlainAssertion(source: Source, element: XmlElement, needs: Needs): VerifiedElement {
  const { settings } = needs;
  const { trace } = needs.world;
  if (signaturesOf(element).length > 0) {
    const verified = verifyTraced(needs, 'saml.assertion_signature', () =>
      verifySignatureOf(source.xml, element, settings.verificationKeys),
    );
    return readSigned(verified.octets);
  }
  if (isAssertionSignatureNeeded(source, settings))
    throw missing(trace, settings.verifySignatureOf, 'no signature of the assertion');
  if (source.kind === 'unsigned') throw missing(trace, settings.verifySignatureOf, 'no signature');
  return source.xml.read(element);
}

function verifyTraced({ settings, world }: Needs, step: string, verify: () => VerifiedSignature): VerifiedSignature {
  const { trace } = world;
  const verified = passing(trace, step, {
    work: verify,
    told: ({ method, key }) => ({ algorithm: method.uri, certificate: key.fingerprint }),
  });
  checkCertificateDates(verified.key, settings, { trace, now: world.now() });
  return verified;
}

function missing(trace: Trace, expected: string, received: string): Problem {
  trace.check({ step: 'saml.signature', holds: false, expected, received, otherwise: problems.signature_missing });
  return new Problem(problems.signature_missing);
}
