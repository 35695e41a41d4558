import { ActionIcon, Autocomplete, Box, Button, Group, Menu, Text } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { DotsIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { type Mapping, type Rule, tellRule } from './rule.ts';

/** Claims that came in a test, each with its value beside it. */
export function ClaimName({
  value,
  onChange,
  label,
  placeholder,
  error,
  describedBy,
}: {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  placeholder?: string;
  error?: string | undefined;
  describedBy?: string;
}) {
  const { claims, disabled } = useFormFacts();
  return (
    <Autocomplete
      aria-label={label}
      aria-describedby={describedBy}
      placeholder={placeholder ?? 'Not read'}
      data={[...claims.keys()]}
      renderOption={({ option }) => (
        <Box miw={0}>
          <Text size="sm">{option.value}</Text>
          <Text size="xs" c="dimmed" truncate>
            {claims.get(option.value)}
          </Text>
        </Box>
      )}
      value={value}
      onChange={onChange}
      error={error}
      disabled={disabled}
      flex={1}
      spellCheck={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}

/** A claim's name; or a rule, where a name is not enough. */
export function MappingInput({ field, value, onChange }: InputProps) {
  const { error, claims, disabled } = useFormFacts();
  const mapping = value as Mapping | undefined;
  const fault = faultAt(error, field.pointer);
  if (typeof mapping === 'object' && mapping !== null) {
    const isPlain = mapping.claim !== undefined && !mapping.steps?.length && mapping.default === undefined;
    return (
      <Legend label={field.label} help={field.help ?? tellRule(mapping)} fault={fault} pointer={field.pointer}>
        <RuleEditor
          rule={mapping}
          onChange={onChange}
          pointer={field.pointer}
          withoutDefault={field.control === 'verified-mapping'}
        />
        <Button
          variant="subtle"
          size="compact-xs"
          mt={6}
          disabled={disabled}
          onClick={() => onChange(mapping.claim ?? mapping.firstOf?.[0] ?? undefined)}
        >
          {isPlain ? 'Back to a plain claim name' : 'Give the rule up, and take a plain claim name'}
        </Button>
      </Legend>
    );
  }
  const start = (rule: Rule): void => onChange(rule);
  const example = mapping ? claims.get(mapping) : undefined;
  return (
    <Legend label={field.label} help={field.help} fault={fault} pointer={field.pointer}>
      <Group gap="xs" wrap="nowrap" align="center">
        <ClaimName label={`Claim for ${field.label}`} value={mapping ?? ''} onChange={(name) => onChange(name || undefined)} />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={`Rule for ${field.label}`} disabled={disabled}>
              <DotsIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>More than a name</Menu.Label>
            <Menu.Item onClick={() => start({ claim: mapping ?? '', steps: [{ trim: true }] })}>
              Change the value on its way
            </Menu.Item>
            <Menu.Item onClick={() => start({ firstOf: mapping ? [mapping] : [] })}>The first of several claims</Menu.Item>
            <Menu.Item onClick={() => start({ join: [{ claim: mapping ?? '' }] })}>Several claims joined</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {example ? (
        <Text size="xs" c="dimmed" mt={4} truncate>
          In the last test sign-in: {example}
        </Text>
      ) : null}
    </Legend>
  );
}
