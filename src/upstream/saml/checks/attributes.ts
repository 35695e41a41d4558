import { SAML } from '#wire/saml/index.ts';
import { attributeOf, childrenOf } from '#wire/xml/index.ts';
import { isReadable } from '../attribute-value.ts';
import type { Evidence } from '../evidence.ts';
import { problems } from '../problems.ts';

/**
 * Attributes are what they seem: each named, each once, values of text, or of one NameID, alone. Of two with one name, the first and the
 * last reader would take different ones (ATTACKS T67), so that only those may repeat of which somebody said so; of other nested elements,
 * each would read another text.
 *
 * @see SAML Core §2.7.3
 */
export function checkAttributes({ assertion, settings, trace }: Evidence): void {
  const step = 'saml.attributes';
  const inside = childrenOf(assertion, SAML, 'AttributeStatement').flatMap((statement) => statement.children);
  const names = inside.map((attribute) => attributeOf(attribute, 'Name') ?? '');
  const misshapen = inside.find((attribute) => {
    const isAttribute =
      attribute.namespace === SAML && attribute.name === 'Attribute' && (attributeOf(attribute, 'Name') ?? '') !== '';
    return (
      !isAttribute ||
      attribute.children.some((value) => value.namespace !== SAML || value.name !== 'AttributeValue' || !isReadable(value))
    );
  });
  const received = misshapen === undefined ? names.length : (attributeOf(misshapen, 'Name') ?? misshapen.name);
  trace.check({
    step,
    expected: 'named attributes with values of text',
    received,
    holds: misshapen === undefined,
    otherwise: problems.attribute_malformed,
  });
  const twice = names.find((name, at) => names.indexOf(name) !== at && !settings.repeatableAttributes.includes(name)) ?? null;
  trace.check({
    step,
    expected: 'each name once',
    received: twice ?? names,
    holds: twice === null,
    otherwise: problems.attribute_duplicate,
  });
}
