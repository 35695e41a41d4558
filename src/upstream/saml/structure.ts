import { Problem } from '#kernel/problem.ts';
import { SAML, SAMLP } from '#wire/saml/index.ts';
import { compileElementQuery, DS, elementsOf, findElements, isElement, type OpenXml, type XmlElement } from '#wire/xml/index.ts';
import { problems } from './problems.ts';

/** Everything that can be mistaken for something signed. Wherever one stands out of place, the message is refused. */
const WRAPPABLE = compileElementQuery([
  { namespace: SAMLP, name: 'Response' },
  { namespace: SAML, name: 'Assertion' },
  { namespace: SAML, name: 'EncryptedAssertion' },
  { namespace: DS, name: 'Signature' },
]);

const RESPONSE_CHILDREN: readonly (readonly [string, string])[] = [
  [SAML, 'Issuer'],
  [DS, 'Signature'],
  [SAMLP, 'Extensions'],
  [SAMLP, 'Status'],
  [SAML, 'Assertion'],
  [SAML, 'EncryptedAssertion'],
];

/**
 * The form of a Response: the root, with its children in the schema's order and no others; at most one assertion, its child; signatures
 * only where SAML puts them, after the Issuer. Signature wrapping in all its forms needs a second element somewhere (XSW1-8).
 *
 * @throws Problem `saml.structure`, `saml.assertion_ambiguous`
 */
export function checkResponseStructure(open: OpenXml): void {
  const { root } = open;
  if (!isElement(root, SAMLP, 'Response')) throw structure('the document is not a Response');
  const children = elementsOf(root);
  const places = children.map((child) => RESPONSE_CHILDREN.findIndex(([namespace, name]) => isElement(child, namespace, name)));
  if (places.includes(-1)) throw structure('the Response holds an element that does not belong there');
  const assertions = children.filter(isAssertion);
  if (assertions.length > 1) throw new Problem(problems.assertion_ambiguous);
  if (places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0)))
    throw structure('the parts of the Response are out of order');
  const assertion = assertions.find((child) => isElement(child, SAML, 'Assertion'));
  checkPlaces(open, [root, ...(assertion === undefined ? [] : [assertion])]);
  if (assertion !== undefined) checkSignatureFollowsIssuer(assertion);
}

/** What can be mistaken for a part of a logout message; nothing of it has any place in one but the root and its signature. */
const WRAPPABLE_IN_LOGOUT = [
  ...WRAPPABLE,
  ...compileElementQuery([
    { namespace: SAMLP, name: 'LogoutRequest' },
    { namespace: SAMLP, name: 'LogoutResponse' },
  ]),
];

const LOGOUT_CHILDREN = {
  LogoutRequest: [
    [SAML, 'Issuer'],
    [DS, 'Signature'],
    [SAMLP, 'Extensions'],
    [SAML, 'NameID'],
    [SAMLP, 'SessionIndex'],
  ],
  LogoutResponse: [
    [SAML, 'Issuer'],
    [DS, 'Signature'],
    [SAMLP, 'Extensions'],
    [SAMLP, 'Status'],
  ],
} as const;

export type LogoutMessage = keyof typeof LOGOUT_CHILDREN;

/**
 * The form of a logout message: the root with its children in the schema's order and no others, and nowhere else another message, an
 * assertion or a signature. `signature` says whether the root holds one: with the redirect binding it stands beside the message, and may
 * not stand in it.
 *
 * @throws Problem `saml.structure`, `saml.name_id_encrypted`
 * @see SAML Core §3.7.1, §3.7.2; SAML Bindings §3.4.4.1
 */
export function checkLogoutStructure(open: OpenXml, name: LogoutMessage, signature: 'inside' | 'beside'): void {
  const { root } = open;
  if (!isElement(root, SAMLP, name)) throw structure(`the document is not a ${name}`);
  const children = elementsOf(root);
  if (children.some((child) => isElement(child, SAML, 'EncryptedID'))) throw new Problem(problems.name_id_encrypted);
  const known: readonly (readonly [string, string])[] = LOGOUT_CHILDREN[name];
  const places = children.map((child) => known.findIndex(([namespace, local]) => isElement(child, namespace, local)));
  // One that does not belong there has the place -1.
  if (places.some((place, at) => place < (places[at - 1] ?? 0)))
    throw structure(`the ${name} holds a part that does not belong there, or out of order`);
  for (const found of findElements(open, WRAPPABLE_IN_LOGOUT)) {
    if (found.isSameNode(root)) continue;
    const isOurs = signature === 'inside' && isElement(found, DS, 'Signature') && found.parent?.isSameNode(root) === true;
    if (!isOurs) throw structure(`a ${found.name} stands where none may stand`);
  }
}

/** The form of an assertion that stands alone, as it comes out of decryption. */
export function checkAssertionStructure(open: OpenXml): void {
  if (!isElement(open.root, SAML, 'Assertion')) throw structure('the document is not an Assertion');
  checkPlaces(open, [open.root]);
  checkSignatureFollowsIssuer(open.root);
}

export function isAssertion(element: XmlElement): boolean {
  return isElement(element, SAML, 'Assertion') || isElement(element, SAML, 'EncryptedAssertion');
}

/** `signable` are the elements that may be what they are and may hold a signature; an EncryptedAssertion may stand in the first of them. */
function checkPlaces(open: OpenXml, signable: readonly XmlElement[]): void {
  for (const found of findElements(open, WRAPPABLE)) {
    if (signable.some((element) => element.isSameNode(found))) continue;
    const { parent } = found;
    const isSignature = isElement(found, DS, 'Signature');
    const allowedParents = isSignature ? signable : isElement(found, SAML, 'EncryptedAssertion') ? [open.root] : [];
    if (parent === null || !allowedParents.some((element) => element.isSameNode(parent))) {
      throw structure(`a ${found.name} stands where none may stand`);
    }
  }
}

function checkSignatureFollowsIssuer(assertion: XmlElement): void {
  const at = elementsOf(assertion).findIndex((child) => isElement(child, DS, 'Signature'));
  if (at > 1) throw structure('the signature of the Assertion does not follow its Issuer');
}

function structure(detail: string): Problem {
  return new Problem(problems.structure, { detail });
}
