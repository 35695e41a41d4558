import { isProblem, Problem } from '#kernel/problem.ts';
import {
  decryptContent,
  type EncryptedContent,
  guardXml,
  type OpenXml,
  openSealed,
  openXml,
  readEncryptedContent,
  readSigned,
  readTree,
  signaturesOf,
  type VerificationKey,
  type VerifiedElement,
  verifySignatureOf,
  type XmlElement,
} from '#wire/xml/index.ts';
import { checkCertificateDates } from './checks/certificate.ts';
import { problems } from './problems.ts';
import { isAssertionSignatureNeeded, type Needs, type Source } from './source.ts';
import { inStep } from './step.ts';
import { checkAssertionStructure } from './structure.ts';

const STEP = 'saml.decryption';

interface Sealed {
  readonly source: Source;
  readonly element: XmlElement;
  readonly content: EncryptedContent;
}

/**
 * Decrypts an EncryptedAssertion and verifies what comes out. From the content key to the inner signature there is one refusal, one line
 * of the trace and no cause: whoever sends altered ciphertext learns nothing from which of them failed (ATTACKS T41, T42). Only what
 * everybody can read in the message, its algorithms, is refused by name; and the dates of a certificate whose key did verify, since only its
 * owner gets that far.
 *
 * @throws Problem `saml.decryption_key_missing`, `saml.decryption_failed`, `saml.certificate_expired`, `xml.encryption_refused`
 */
export function readEncryptedAssertion(source: Source, element: XmlElement, needs: Needs): VerifiedElement {
  const { settings, world } = needs;
  const { trace } = world;
  const hasKeys = settings.ownKeys.decryption.length > 0;
  if (!hasKeys) trace.check({ step: STEP, holds: false, otherwise: problems.decryption_key_missing });
  const content = inStep(trace, STEP, () => readEncryptedContent(readTree(element)));
  const opened = attempt(() => decryptAndVerify({ source, element, content }, needs));
  trace.check({
    step: STEP,
    holds: opened !== undefined,
    expected: 'an assertion encrypted for us and signed',
    otherwise: problems.decryption_failed,
    ...(opened === undefined ? {} : { received: content.cipher.uri }),
  });
  if (opened === undefined) throw new Problem(problems.decryption_failed);
  if (opened.key) checkCertificateDates(opened.key, settings, { trace, now: world.now() });
  return opened.assertion;
}

/** What came out, and whose signature it bears inside. */
interface Opened {
  readonly assertion: VerifiedElement;
  readonly key?: VerificationKey;
}

function decryptAndVerify({ source, element, content }: Sealed, needs: Needs): Opened {
  const { settings, world } = needs;
  const keys = settings.ownKeys.decryption.map(({ key }) => key);
  if (source.kind === 'unsigned') {
    using opened = openXml(guardXml(decryptContent(content, keys, world)));
    return verifyInner(opened, needs);
  }
  using opened = openSealed(source.xml.read(element), keys, world);
  const isSigned = signaturesOf(opened.root).length > 0;
  if (isSigned || isAssertionSignatureNeeded(source, settings)) return verifyInner(opened, needs);
  checkAssertionStructure(opened);
  return { assertion: opened.read(opened.root) };
}

function verifyInner(opened: OpenXml, { settings }: Needs): Opened {
  checkAssertionStructure(opened);
  const verified = verifySignatureOf(opened, opened.root, settings.verificationKeys);
  return { assertion: readSigned(verified.octets), key: verified.key };
}

/** What the work gives, or nothing when it was refused, whyever. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
