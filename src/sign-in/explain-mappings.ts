import type { Fact } from '#kernel/trace.ts';
import type { ConnectionPolicy, UpstreamIdentity } from '#upstream/index.ts';
import type { MappingFact } from './account.ts';
import { type Attributes, findClaim, readText } from './map-claims.ts';

/** What each mapping made of the claims: the values are those that the sign-in goes on with. */
export function explainMappings(
  { claims, authentication }: ConnectionPolicy,
  identity: UpstreamIdentity,
  attributes: Attributes,
): MappingFact[] {
  const { custom, ...own } = claims;
  const values = attributes as unknown as Record<string, Fact | undefined>;
  const explain = (attribute: string, from: string, value: Fact | undefined): MappingFact => {
    const raw = findClaim(identity.claims, from);
    const came = value !== undefined && value !== 'missing';
    return {
      attribute,
      from,
      value: came ? value : null,
      outcome: came ? outcomeOf(value) : raw === undefined || raw === null ? 'missing' : 'empty',
      steps: [],
    };
  };
  return [
    ...Object.entries(own).flatMap(([attribute, from]) =>
      from === undefined ? [] : [explain(attribute, from, values[attribute])],
    ),
    ...Object.entries(custom).map(([name, from]) => explain(`custom.${name}`, from, attributes.custom[name] as Fact | undefined)),
    explain('authentication.claim', authentication.claim, readText(findClaim(identity.claims, authentication.claim))),
  ];
}

const outcomeOf = (value: Fact): 'value' | 'empty' => (Array.isArray(value) && value.length === 0 ? 'empty' : 'value');
