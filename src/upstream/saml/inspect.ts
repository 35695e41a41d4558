import { isProblem, Problem } from '#kernel/problem.ts';
import { NAME_ID_TRANSIENT, readDateTime, SAML } from '#wire/saml/index.ts';
import {
  attributeOf,
  elementsOf,
  guardXml,
  isElement,
  openXml,
  optionalChild,
  readTree,
  textOf,
  type XmlTree,
} from '#wire/xml/index.ts';
import type { Answer, Inspected, Pasted, SignInWorld, UpstreamIdentity } from '../protocol.ts';
import { completeSamlGroups } from './complete-groups.ts';
import { finish } from './finish.ts';
import { claimsOf, subjectOf } from './identity.ts';
import { readMessage } from './message.ts';
import { problems } from './problems.ts';
import type { SamlSettings } from './settings.ts';

const NEEDS_AN_ATTEMPT = 'whether it answers a request of ours, in the browser that asked, for the first time';

/**
 * A response that somebody pasted, judged by all the checks of a sign-in but those that need its attempt. Where one refuses, the claims are
 * read from what nobody signed: good for looking at, and for nothing else.
 *
 * @throws Problem `saml.message_missing`, `saml.structure`, `xml.*`, and what refused it when no claims can be read
 */
export async function inspect(settings: SamlSettings, { samlResponse }: Pasted, world: SignInWorld): Promise<Inspected> {
  const answer: Answer = { via: 'form', fields: { SAMLResponse: base64Of(samlResponse ?? '') } };
  const response = readUnverified(readMessage(answer));
  const remembered = {
    requestId: response.inResponseTo ?? '',
    acsUrl: settings.acsUrl,
    sentAt: world.now().toISOString(),
    forceAuthn: false,
    maxAgeSeconds: null,
    contexts: settings.enforceContext ? settings.requestedAuthnContexts : [],
  };
  // Nothing is asked of anybody for a pasted message: where groups are kept elsewhere, they are only known to be incomplete.
  const local = { ...settings, graphAccess: undefined };
  const complete = (identity: UpstreamIdentity) => completeSamlGroups({ ...identity, spend: [], session: {} }, local, world);
  try {
    const identity = finish(settings, { answer, remembered }, world);
    return { identity: await complete(identity), refusal: null, unchecked: [NEEDS_AN_ATTEMPT] };
  } catch (refusal) {
    if (!isProblem(refusal)) throw refusal;
    const { assertion } = response;
    const identity = assertion && identityOf(assertion, settings);
    if (!identity) throw refusal;
    return {
      identity: await complete(identity),
      refusal,
      unchecked: [NEEDS_AN_ATTEMPT, 'whatever comes after the check that refused'],
    };
  }
}

/** XML as it is, base64 as it was posted: with line breaks, or as it stands in a log of requests. */
function base64Of(pasted: string): string {
  const text = pasted.trim();
  if (text.startsWith('<')) return Buffer.from(text).toString('base64');
  const plain = /%2[bf]|%3d/i.test(text) ? text.replace(/%2b/gi, '+').replace(/%2f/gi, '/').replace(/%3d/gi, '=') : text;
  return plain.replace(/^SAMLResponse=/, '').replace(/\s+/g, '');
}

interface Unverified {
  inResponseTo: string | undefined;
  /** The one plain assertion; undefined where there is none, or more. */
  assertion: XmlTree | undefined;
}

function readUnverified(bytes: Buffer): Unverified {
  using open = openXml(guardXml(bytes));
  const { root } = open;
  const assertions = elementsOf(root).filter((child) => isElement(child, SAML, 'Assertion'));
  const [only] = assertions;
  const isAlone = isElement(root, SAML, 'Assertion');
  if (isAlone) throw new Problem(problems.structure, { detail: 'this is an assertion: paste the whole response around it' });
  return {
    inResponseTo: attributeOf(
      readTree(root, () => true),
      'InResponseTo',
    ),
    assertion: only && assertions.length === 1 ? readTree(only) : undefined,
  };
}

function identityOf(assertion: XmlTree, settings: SamlSettings): UpstreamIdentity | undefined {
  const subject = optionalChild(assertion, SAML, 'Subject');
  const nameId = subject && optionalChild(subject, SAML, 'NameID');
  if (!nameId) return undefined;
  return {
    issuer: settings.issuer,
    subject: subjectOf(nameId, settings.issuer),
    subjectKind: attributeOf(nameId, 'Format') === NAME_ID_TRANSIENT ? 'passing' : 'lasting',
    claims: claimsOf(assertion, textOf(nameId)),
    overage: [],
    emailVerification: 'unstated',
    authenticatedAt: null,
    issuedAt: readDateTime(attributeOf(assertion, 'IssueInstant') ?? '') ?? null,
    acr: null,
    amr: [],
    spend: [],
    session: {},
  };
}
