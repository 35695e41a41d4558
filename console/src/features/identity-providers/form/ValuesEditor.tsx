import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { ArrowIcon, CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import type { RuleStep } from './rule.ts';

/** Values one by one: what comes, and what it becomes. */
export function ValuesEditor({ step, onChange }: { step: RuleStep; onChange: (step: RuleStep) => void }) {
  const pairs = Object.entries((step['values'] ?? {}) as Record<string, string>);
  const save = (changed: [string, string][]): void => onChange({ ...step, values: Object.fromEntries(changed) });
  return (
    <Stack gap={6} flex={1} miw={260}>
      {pairs.map(([from, to], index) => (
        <Group key={index} gap={6} wrap="nowrap">
          <TextInput
            size="xs"
            flex={1}
            aria-label={`Value ${index + 1}`}
            placeholder="What comes"
            value={from}
            onChange={(event) => save(pairs.map((pair, at) => (at === index ? [event.currentTarget.value, to] : pair)))}
          />
          <Text c="dimmed" component="span">
            <ArrowIcon size={14} />
          </Text>
          <TextInput
            size="xs"
            flex={1}
            aria-label={`What value ${index + 1} becomes`}
            placeholder="Becomes"
            value={to}
            onChange={(event) => save(pairs.map((pair, at) => (at === index ? [from, event.currentTarget.value] : pair)))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove value ${index + 1}`}
            onClick={() => save(pairs.filter((_, at) => at !== index))}
          >
            <CrossIcon size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="sm">
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<PlusIcon size={13} />}
          disabled={pairs.some(([from]) => from === '')}
          onClick={() => save([...pairs, ['', '']])}
        >
          Value
        </Button>
        <Checkbox
          size="xs"
          label="drop all others"
          checked={step['otherwise'] === 'drop'}
          onChange={(event) => {
            const { otherwise: _, ...others } = step;
            onChange(event.currentTarget.checked ? { ...others, otherwise: 'drop' } : others);
          }}
        />
      </Group>
    </Stack>
  );
}
