import { ActionIcon, Button, Checkbox, Group, Paper, SegmentedControl, Stack, TagsInput, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import { ClaimName } from './MappingInput.tsx';
import type { JoinPart, Rule } from './rule.ts';
import { StepsEditor } from './StepsEditor.tsx';

interface Props {
  rule: Rule;
  onChange: (rule: Rule) => void;
  pointer: string;
  /** Where only the provider's own word counts. */
  withoutDefault?: boolean;
}

type Source = 'claim' | 'firstOf' | 'join';

/** Where the value comes from, what is done to it, and what stands in for it. */
export function RuleEditor({ rule, onChange, pointer, withoutDefault }: Props) {
  const { claims, error, disabled } = useFormFacts();
  const source: Source = rule.join ? 'join' : rule.firstOf ? 'firstOf' : 'claim';
  const { claim, firstOf, join, ...rest } = rule;
  const change = (to: string): void => {
    const names = [claim, ...(firstOf ?? []), ...(join ?? []).map((part) => part.claim)].filter((name) => name !== undefined);
    if (to === 'claim') onChange({ claim: names[0] ?? '', ...rest });
    if (to === 'firstOf') onChange({ firstOf: names, ...rest });
    if (to === 'join') onChange({ join: names.map((name) => ({ claim: name })), ...rest });
  };
  return (
    <Paper withBorder p="sm" radius="md">
      <Stack gap="sm">
        <SegmentedControl
          size="xs"
          value={source}
          onChange={change}
          disabled={disabled}
          data={[
            { value: 'claim', label: 'One claim' },
            { value: 'firstOf', label: 'First of several' },
            { value: 'join', label: 'Joined' },
          ]}
        />
        {source === 'claim' ? (
          <ClaimName
            label="Claim"
            placeholder="Name of the claim"
            value={claim ?? ''}
            onChange={(name) => onChange({ ...rule, claim: name })}
            error={faultAt(error, `${pointer}/claim`)}
          />
        ) : null}
        {source === 'firstOf' ? (
          <TagsInput
            aria-label="Claims, the first that has a value counts"
            placeholder="Names of claims, in order"
            data={[...claims.keys()]}
            value={firstOf ?? []}
            onChange={(names) => onChange({ ...rule, firstOf: names })}
            error={faultAt(error, `${pointer}/firstOf`)}
            disabled={disabled}
            acceptValueOnBlur
          />
        ) : null}
        {source === 'join' ? (
          <Parts parts={join ?? []} onChange={(parts) => onChange({ ...rule, join: parts })} pointer={`${pointer}/join`} />
        ) : null}
        <StepsEditor
          steps={rule.steps ?? []}
          pointer={`${pointer}/steps`}
          onChange={(steps) => {
            const { steps: _, ...others } = rule;
            onChange(steps.length > 0 ? { ...others, steps } : others);
          }}
        />
        {withoutDefault ? null : (
          <TextInput
            label="When nothing comes"
            placeholder="Nothing"
            value={typeof rule.default === 'string' ? rule.default : (rule.default ?? []).join(', ')}
            onChange={(event) => {
              const { default: _, ...others } = rule;
              const text = event.currentTarget.value;
              onChange(text === '' ? others : { ...others, default: text });
            }}
            error={faultAt(error, `${pointer}/default`)}
            disabled={disabled}
            size="xs"
            maw={320}
          />
        )}
      </Stack>
    </Paper>
  );
}

function Parts({ parts, onChange, pointer }: { parts: JoinPart[]; onChange: (parts: JoinPart[]) => void; pointer: string }) {
  const { error } = useFormFacts();
  const set = (index: number, part: JoinPart | undefined): void =>
    onChange(parts.flatMap((one, at) => (at === index ? (part ? [part] : []) : [one])));
  return (
    <Stack gap="xs">
      {parts.map((part, index) => (
        <Group key={index} gap="xs" wrap="nowrap">
          {part.claim !== undefined ? (
            <>
              <ClaimName
                label={`Part ${index + 1}: claim`}
                value={part.claim}
                onChange={(claim) => set(index, { ...part, claim })}
                error={faultAt(error, `${pointer}/${index}`)}
              />
              <Checkbox
                label="may be missing"
                checked={part.optional === true}
                onChange={(event) =>
                  set(index, { claim: part.claim ?? '', ...(event.currentTarget.checked ? { optional: true } : {}) })
                }
              />
            </>
          ) : (
            <TextInput
              aria-label={`Part ${index + 1}: fixed text`}
              placeholder="Fixed text"
              value={part.text ?? ''}
              onChange={(event) => set(index, { text: event.currentTarget.value })}
              error={faultAt(error, `${pointer}/${index}`)}
              flex={1}
            />
          )}
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove part ${index + 1}`} onClick={() => set(index, undefined)}>
            <CrossIcon size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="xs">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<PlusIcon size={13} />}
          onClick={() => onChange([...parts, { claim: '' }])}
        >
          Claim
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<PlusIcon size={13} />}
          onClick={() => onChange([...parts, { text: ' ' }])}
        >
          Text
        </Button>
      </Group>
    </Stack>
  );
}
