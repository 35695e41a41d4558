import { SAML } from '#wire/saml/index.ts';
import { attributeOf, optionalChild, textOf } from '#wire/xml/index.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** The demand names somebody: one plain NameID, which is not another service provider's. @see SAML Core §3.7.1, §2.2.2 */
export function checkLogoutNameId({ assertion: demand, settings, trace }: Evidence): void {
  const step = 'saml.logout_name_id';
  const nameId = optionalChild(demand, SAML, 'NameID');
  const value = nameId === undefined ? '' : textOf(nameId);
  trace.check({ step, expected: 'a NameID', received: value.length, holds: value !== '', otherwise: problems.name_id_missing });
  const qualifier = (nameId && attributeOf(nameId, 'SPNameQualifier')) ?? null;
  trace.check({
    step,
    expected: settings.spEntityId,
    received: qualifier,
    holds: qualifier === null || qualifier === settings.spEntityId,
    otherwise: problems.name_id_qualifier_mismatch,
  });
}
