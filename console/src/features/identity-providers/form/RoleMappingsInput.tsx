import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { ArrowIcon, CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';

interface RoleMapping {
  external: string;
  role: string;
}

/** What the provider sends, and the role here. One value may mean several roles. */
export function RoleMappingsInput({ field, value, onChange }: InputProps) {
  const { error, roles, disabled } = useFormFacts();
  const mappings = (value ?? []) as RoleMapping[];
  const set = (index: number, changed: RoleMapping | undefined): void =>
    onChange(mappings.flatMap((one, at) => (at === index ? (changed ? [changed] : []) : [one])));
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer}>
      <Stack gap="xs">
        {mappings.map((mapping, index) => {
          const fault = faultAt(error, `${field.pointer}/${index}`);
          const name = mapping.external || `mapping ${index + 1}`;
          return (
            <Stack key={index} gap={2}>
              <Group gap="xs" wrap="nowrap">
                <TextInput
                  aria-label={`Value of the roles claim, ${index + 1}`}
                  placeholder="Value at the provider"
                  value={mapping.external}
                  onChange={(event) => set(index, { ...mapping, external: event.currentTarget.value })}
                  flex={1}
                  miw={0}
                  spellCheck={false}
                  disabled={disabled}
                />
                <Text c="dimmed" component="span" visibleFrom="xs">
                  <ArrowIcon size={15} />
                </Text>
                <Select
                  aria-label={`Role here for ${name}`}
                  placeholder="Role here"
                  data={[...new Set([...roles, ...(mapping.role ? [mapping.role] : [])])]}
                  value={mapping.role || null}
                  onChange={(role) => set(index, { ...mapping, role: role ?? '' })}
                  searchable
                  allowDeselect={false}
                  flex={1}
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
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange([...mappings, { external: '', role: '' }])}
          disabled={disabled}
        >
          Map a role
        </Button>
      </Stack>
    </Legend>
  );
}
