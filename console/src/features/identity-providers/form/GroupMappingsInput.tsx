import { ActionIcon, Autocomplete, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { faultAt } from '../../../ui/faults.ts';
import { ArrowIcon, CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';

interface GroupMapping {
  external: string;
  label?: string | null;
  group: string;
}

/** More rows than anybody reads at once slow the page down. */
const SHOWN = 50;

/** What the provider sends, what people call it, and the group here; fed by the groups that were seen. */
export function GroupMappingsInput({ field, value, onChange }: InputProps) {
  const { error, seen, groups, disabled } = useFormFacts();
  const mappings = (value ?? []) as GroupMapping[];
  const [most, setMost] = useState(SHOWN);
  const set = (index: number, changed: GroupMapping | undefined): void =>
    onChange(mappings.flatMap((one, at) => (at === index ? (changed ? [changed] : []) : [one])));
  const known = [...new Set(seen.map(({ external }) => external))];
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer}>
      <Stack gap="xs">
        {mappings.slice(0, most).map((mapping, index) => {
          const fault = faultAt(error, `${field.pointer}/${index}`);
          const name = mapping.label || mapping.external || `mapping ${index + 1}`;
          return (
            <Stack key={index} gap={2}>
              <Group gap="xs" wrap="nowrap">
                <Autocomplete
                  aria-label={`What the provider sends, ${index + 1}`}
                  placeholder="Name or id at the provider"
                  data={known}
                  limit={30}
                  value={mapping.external}
                  onChange={(external) =>
                    set(index, {
                      ...mapping,
                      external,
                      label: mapping.label ?? seen.find((one) => one.external === external)?.label,
                    })
                  }
                  flex={2}
                  miw={0}
                  spellCheck={false}
                  disabled={disabled}
                />
                <TextInput
                  aria-label={`Label of ${name}`}
                  placeholder="Label"
                  value={mapping.label ?? ''}
                  onChange={(event) => set(index, { ...mapping, label: event.currentTarget.value || null })}
                  flex={1}
                  miw={0}
                  visibleFrom="sm"
                  disabled={disabled}
                />
                <Text c="dimmed" component="span" visibleFrom="xs">
                  <ArrowIcon size={15} />
                </Text>
                <Autocomplete
                  aria-label={`Group here for ${name}`}
                  placeholder="Group here"
                  data={[...groups]}
                  limit={30}
                  value={mapping.group}
                  onChange={(group) => set(index, { ...mapping, group })}
                  flex={2}
                  miw={0}
                  disabled={disabled}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove the mapping of ${name}`}
                  onClick={() => set(index, undefined)}
                  disabled={disabled}
                >
                  <CrossIcon size={16} />
                </ActionIcon>
              </Group>
              {fault ? (
                <Text size="xs" c="var(--mantine-color-error)" role="alert">
                  {fault}
                </Text>
              ) : null}
            </Stack>
          );
        })}
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} />}
            onClick={() => {
              setMost(Math.max(most, mappings.length + 1));
              onChange([...mappings, { external: '', group: '' }]);
            }}
            disabled={disabled}
          >
            Map a group
          </Button>
          {mappings.length > most ? (
            <Button variant="subtle" size="xs" onClick={() => setMost(most + 200)}>
              Show {Math.min(200, mappings.length - most)} more of {mappings.length}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Legend>
  );
}
