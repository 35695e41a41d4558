import { NAME_ID_TRANSIENT, NAME_ID_UNSPECIFIED, SAML } from '#wire/saml/index.ts';
import { attributeOf, childrenOf, textOf, type XmlTree } from '#wire/xml/index.ts';
import type { UpstreamClaims, UpstreamIdentity } from '../protocol.ts';
import { authnContextClassOf, authnStatementOf, nameIdOf } from './assertion.ts';
import { textOfValue } from './attribute-value.ts';
import { readSpending } from './checks/replay.ts';
import type { Evidence } from './evidence.ts';
import { timeOf } from './times.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Who it is, once every check of `order.ts` has passed. */
export function readIdentity(evidence: Evidence): UpstreamIdentity {
  const { assertion, settings } = evidence;
  const statement = authnStatementOf(assertion);
  const context = authnContextClassOf(assertion);
  const nameId = nameIdOf(assertion);
  if (nameId === undefined) throw new Error('an identity is read only after checkNameId');
  return {
    issuer: settings.issuer,
    subject: subjectOf(nameId, settings.issuer),
    subjectKind: attributeOf(nameId, 'Format') === NAME_ID_TRANSIENT ? 'passing' : 'lasting',
    claims: claimsOf(assertion, textOf(nameId)),
    overage: [],
    emailVerification: 'unstated',
    authenticatedAt: timeOf(statement, 'AuthnInstant') ?? null,
    // The assertion's own: the Response around it may be unsigned.
    issuedAt: timeOf(assertion, 'IssueInstant') ?? null,
    acr: context === undefined ? null : textOf(context),
    amr: [],
    spend: readSpending(evidence),
    session: {
      ...(settings.sloUrl ? { key: subjectOf(nameId, settings.issuer) } : {}),
      index: attributeOf(statement, 'SessionIndex'),
      nameId: nameIdForLogout(nameId),
      notOnOrAfter: timeOf(statement, 'SessionNotOnOrAfter'),
    },
  };
}

/**
 * A JSON array of format, value and, if it says more than the issuer does, NameQualifier: no two people share one, whatever their names
 * are made of. NameQualifier stands for the issuer where it is left out (SAML Core §8.3.7), so an identity provider that stops or starts
 * sending its own entity id there does not change anybody. SPNameQualifier is left out: `checkNameId` lets through only our own or
 * none. The format is part of it: the same text as an e-mail address and as an opaque id may be two people. A subject of the transient
 * format names nobody twice, and must not be linked to.
 */
export function subjectOf(nameId: XmlTree, issuer: string): string {
  const format = attributeOf(nameId, 'Format') ?? NAME_ID_UNSPECIFIED;
  const qualifier = attributeOf(nameId, 'NameQualifier') ?? issuer;
  return JSON.stringify([format, textOf(nameId), ...(qualifier === issuer || qualifier === '' ? [] : [qualifier])]);
}

/** The NameID with all that it came with: a LogoutRequest must repeat it to the letter. */
function nameIdForLogout(nameId: XmlTree): string {
  const { Format, NameQualifier, SPNameQualifier } = Object.fromEntries(
    nameId.attributes.map(({ name, value }) => [name, value]),
  );
  return JSON.stringify({
    value: textOf(nameId),
    format: Format,
    nameQualifier: NameQualifier,
    spNameQualifier: SPNameQualifier,
  });
}

/**
 * Attributes by their `Name`: one value is a string, several a list, none (or nil alone) an empty list; values of one that repeats, as
 * `checkAttributes` allows few to, follow each other. `NameID` is always the subject,
 * whatever attribute may bear that name. The record has no prototype: a claim called `constructor` is not there unless it was sent.
 */
export function claimsOf(assertion: XmlTree, nameId: string): UpstreamClaims {
  const claims = Object.create(null) as Record<string, string | string[]>;
  const read = new Map<string, string[]>();
  for (const statement of childrenOf(assertion, SAML, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, SAML, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      const values = childrenOf(attribute, SAML, 'AttributeValue')
        .filter((value) => !isNil(value))
        .map(textOfValue);
      read.set(name, [...(read.get(name) ?? []), ...values]);
    }
  }
  for (const [name, values] of read) {
    const [single] = values;
    claims[name] = single !== undefined && values.length === 1 ? single : values;
  }
  claims['NameID'] = nameId;
  return claims;
}

function isNil(value: XmlTree): boolean {
  return value.attributes.some(
    ({ namespace, name, value: text }) => namespace === XSI && name === 'nil' && (text === 'true' || text === '1'),
  );
}
