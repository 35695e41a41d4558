import { NAME_ID_TRANSIENT, NAME_ID_UNSPECIFIED } from '#wire/saml/index.ts';
import { attributeOf, textOf } from '#wire/xml/index.ts';
import { nameIdOf } from '../assertion.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/** Longest value that SAML allows for a persistent identifier; nobody needs a longer one of another kind. @see SAML Core §8.3.7 */
const MAX_LENGTH = 256;
const MAX_QUALIFIER_LENGTH = 1024;
const CONTROL = /\p{Cc}/u;

/**
 * The assertion names somebody: one plain NameID of bearable length and characters, of the format that was asked for, and not meant
 * for another service provider. A transient one is accepted only where the connection asks for it: it names nobody twice.
 *
 * @see SAML Core §2.2.2, §8.3
 */
export function checkNameId({ assertion, settings, trace }: Evidence): void {
  const step = 'saml.name_id';
  const nameId = nameIdOf(assertion);
  const value = nameId === undefined ? '' : textOf(nameId);
  trace.check({ step, expected: 'a NameID', received: value.length, holds: value !== '', otherwise: problems.name_id_missing });
  if (nameId === undefined) return;
  const nameQualifier = attributeOf(nameId, 'NameQualifier') ?? '';
  const isNamable =
    value.length <= MAX_LENGTH && !CONTROL.test(value) && value.trim() === value && nameQualifier.length <= MAX_QUALIFIER_LENGTH;
  trace.check({
    step,
    expected: `1 to ${MAX_LENGTH} plain characters`,
    received: value.length,
    holds: isNamable,
    otherwise: problems.name_id_malformed,
  });
  const format = attributeOf(nameId, 'Format') ?? NAME_ID_UNSPECIFIED;
  const wanted = settings.nameIdFormat ?? NAME_ID_UNSPECIFIED;
  const isWanted = wanted === NAME_ID_UNSPECIFIED ? format !== NAME_ID_TRANSIENT : format === wanted;
  trace.check({
    step,
    expected: wanted,
    received: format,
    holds: isWanted,
    otherwise: problems.name_id_format_mismatch,
    detail: `${format.slice(0, 128)} came, ${wanted} was wanted`,
  });
  const qualifier = attributeOf(nameId, 'SPNameQualifier') ?? null;
  const isOurs = qualifier === null || qualifier === settings.spEntityId;
  trace.check({
    step,
    expected: settings.spEntityId,
    received: qualifier,
    holds: isOurs,
    otherwise: problems.name_id_qualifier_mismatch,
  });
}
