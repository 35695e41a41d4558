import { ActionIcon, Autocomplete, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';

type Pattern = string | { matches: string };

/** Exact values, or patterns of whole values. */
export function PatternsInput({ field, value, onChange }: InputProps) {
  const { error, seen, disabled } = useFormFacts();
  const patterns = (value ?? []) as Pattern[];
  const set = (index: number, changed: Pattern | undefined): void =>
    onChange(patterns.flatMap((one, at) => (at === index ? (changed === undefined ? [] : [changed]) : [one])));
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer}>
      <Stack gap="xs">
        {patterns.map((pattern, index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="xs" c="dimmed" w={64} pt={9}>
              {typeof pattern === 'string' ? 'exactly' : 'pattern'}
            </Text>
            {typeof pattern === 'string' ? (
              <Autocomplete
                aria-label={`Exact value ${index + 1}`}
                data={[...new Set(seen.map(({ external }) => external))]}
                limit={30}
                value={pattern}
                onChange={(text) => set(index, text)}
                error={faultAt(error, `${field.pointer}/${index}`)}
                flex={1}
                spellCheck={false}
                disabled={disabled}
              />
            ) : (
              <TextInput
                aria-label={`Pattern ${index + 1}`}
                placeholder="eng-.*"
                value={pattern.matches}
                onChange={(event) => set(index, { matches: event.currentTarget.value })}
                error={faultAt(error, `${field.pointer}/${index}`)}
                flex={1}
                spellCheck={false}
                disabled={disabled}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={`Remove ${index + 1}`}
              onClick={() => set(index, undefined)}
              disabled={disabled}
            >
              <CrossIcon size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} />}
            onClick={() => onChange([...patterns, ''])}
            disabled={disabled}
          >
            Value
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} />}
            onClick={() => onChange([...patterns, { matches: '' }])}
            disabled={disabled}
          >
            Pattern
          </Button>
        </Group>
      </Stack>
    </Legend>
  );
}
