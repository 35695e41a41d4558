import type { Fact } from '#kernel/trace.ts';
import { type ClaimMapping, type ConnectionPolicy, evaluateMapping, type UpstreamIdentity, Work } from '#upstream/index.ts';
import type { MappingFact } from './account.ts';
import { readList, readText } from './map-claims.ts';

/** What each mapping made of the claims: the values are those that the sign-in goes on with. */
export function explainMappings({ claims, authentication }: ConnectionPolicy, identity: UpstreamIdentity): MappingFact[] {
  const { custom, groups, roles, ...own } = claims;
  const explain = explainer(identity);
  const ofAll = (mappings: Record<string, ClaimMapping | undefined>, prefix: string, as: Kind): MappingFact[] =>
    Object.entries(mappings).flatMap(([name, mapping]) =>
      mapping === undefined ? [] : [explain(`${prefix}${name}`, mapping, as)],
    );
  return [
    ...ofAll(own, '', 'text'),
    ...ofAll({ groups, roles }, '', 'list'),
    ...ofAll(custom, 'custom.', 'raw'),
    explain('authentication.claim', authentication.claim, 'text'),
    ...ofAll(authentication.matchAttributes, 'matchAttributes.', 'text'),
  ];
}

type Kind = 'text' | 'list' | 'raw';

function explainer({ claims, overage }: UpstreamIdentity): (attribute: string, mapping: ClaimMapping, as: Kind) => MappingFact {
  const circumstances = { overage, work: new Work(), account: 'wanted' } as const;
  return (attribute, mapping, as) => {
    const { outcome, value, from, steps } = evaluateMapping(mapping, claims, circumstances);
    const used = readAs(value, as);
    // A value that came and cannot be used (an object, a text without end) is as good as none.
    const isUsed = used !== null || outcome === 'missing' || outcome === 'overage';
    return {
      attribute,
      from,
      value: used,
      outcome: isUsed ? outcome : 'empty',
      steps: steps.map(({ step, before, after }) => ({ step, before, after })),
    };
  };
}

function readAs(value: unknown, as: Kind): Fact {
  if (value === undefined) return null;
  if (as === 'raw') return value as Fact;
  if (as === 'text') return readText(value) ?? null;
  const list = readList(value);
  return list === 'too-many' || list.length === 0 ? null : list;
}
