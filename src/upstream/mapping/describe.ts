import type { ClaimMapping, JoinPart, MappingStep } from './mapping.ts';

/** A mapping in words: `the first of mail, email; lower case; else nobody@acme.example`. */
export function describeMapping(mapping: ClaimMapping): string {
  if (typeof mapping === 'string') return mapping;
  const { claim, firstOf, join, steps = [], default: otherwise } = mapping;
  const source = claim ?? (firstOf ? `the first of ${firstOf.join(', ')}` : (join ?? []).map(describePart).join(' + '));
  const last =
    otherwise === undefined
      ? []
      : [`else ${typeof otherwise === 'string' ? quoted(otherwise) : otherwise.map(quoted).join(', ')}`];
  return [source, ...steps.map(describeStep), ...last].join('; ');
}

const quoted = (text: string): string => JSON.stringify(text);

const describePart = (part: JoinPart): string => {
  if ('text' in part) return quoted(part.text);
  return part.optional ? `${part.claim} (if it came)` : part.claim;
};

export function describeStep(step: MappingStep): string {
  if ('split' in step) return `split at ${quoted(step.split)}`;
  if ('join' in step) return `join with ${quoted(step.join)}`;
  if ('lowerCase' in step) return 'lower case';
  if ('upperCase' in step) return 'upper case';
  if ('trim' in step) return 'without space around it';
  if ('parseJson' in step) return 'read as JSON';
  if ('first' in step) return 'the first';
  if ('unique' in step) return 'each once';
  if ('match' in step) return describeMatch(step);
  if ('replace' in step) return `${quoted(step.replace)} becomes ${quoted(step.with)}`;
  if ('removePrefix' in step) return `without ${quoted(step.removePrefix)} before it`;
  if ('removeSuffix' in step) return `without ${quoted(step.removeSuffix)} after it`;
  return `${Object.keys(step.values).length} values translated, others ${step.otherwise === 'drop' ? 'dropped' : 'kept'}`;
}

function describeMatch({ match, take, with: by, ignoreCase }: Extract<MappingStep, { match: string }>): string {
  const pattern = `/${match}/${ignoreCase ? 'i' : ''}`;
  if (by !== undefined) return `${pattern} becomes ${quoted(by)}`;
  return take === undefined ? `those that match ${pattern}` : `group ${take} of ${pattern}`;
}
