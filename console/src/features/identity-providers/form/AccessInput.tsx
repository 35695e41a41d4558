import { ActionIcon, Autocomplete, Button, Checkbox, Group, Paper, Radio, Select, Stack, TagsInput, Text } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';
import { ClaimName } from './MappingInput.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import type { Mapping, Rule } from './rule.ts';

interface AccessRule {
  group?: string;
  claim?: Mapping;
  operator?: string;
  values?: string[];
  ignoreCase?: boolean;
}
interface Access {
  mode: string;
  match: string;
  rules: AccessRule[];
}

const operators = [
  { value: 'equals', label: 'is' },
  { value: 'contains', label: 'contains' },
  { value: 'matches', label: 'matches the pattern' },
  { value: 'exists', label: 'has any value' },
];

/** Everybody, or whom the rules fit. */
export function AccessInput({ field, value, onChange }: InputProps) {
  const { error, disabled } = useFormFacts();
  const access = (value ?? { mode: 'everyone', match: 'any', rules: [] }) as Access;
  const set = (change: Partial<Access>): void => onChange({ ...access, ...change });
  const setRule = (index: number, rule: AccessRule | undefined): void =>
    set({ rules: access.rules.flatMap((one, at) => (at === index ? (rule ? [rule] : []) : [one])) });
  const own = faultAt(error, `${field.pointer}/rules`);
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer} fault={access.rules.length === 0 ? own : undefined}>
      <Stack gap="md">
        <Radio.Group value={access.mode} onChange={(mode) => set({ mode })} aria-label={field.label}>
          <Stack gap="xs">
            <Radio value="everyone" label="Everybody whom the provider lets in" disabled={disabled} />
            <Radio value="rules" label="Only people whom these rules fit" disabled={disabled} />
          </Stack>
        </Radio.Group>
        {access.mode === 'rules' ? (
          <Stack gap="sm">
            <Select
              aria-label="How many rules must fit"
              data={[
                { value: 'any', label: 'One of the rules is enough' },
                { value: 'all', label: 'All of the rules must fit' },
              ]}
              value={access.match}
              onChange={(match) => set({ match: match ?? 'any' })}
              allowDeselect={false}
              w={260}
              disabled={disabled}
            />
            {access.rules.map((rule, index) => (
              <Paper key={index} withBorder p="sm" radius="md">
                <Group align="flex-start" wrap="nowrap" gap="xs">
                  <Stack gap="xs" flex={1} miw={0}>
                    <AccessRuleInput
                      rule={rule}
                      onChange={(changed) => setRule(index, changed)}
                      pointer={`${field.pointer}/rules/${index}`}
                    />
                  </Stack>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove rule ${index + 1}`}
                    onClick={() => setRule(index, undefined)}
                  >
                    <CrossIcon size={16} />
                  </ActionIcon>
                </Group>
              </Paper>
            ))}
            <Group gap="xs">
              <Button
                variant="default"
                size="xs"
                leftSection={<PlusIcon size={14} />}
                onClick={() => set({ rules: [...access.rules, { group: '' }] })}
              >
                Is in a group
              </Button>
              <Button
                variant="default"
                size="xs"
                leftSection={<PlusIcon size={14} />}
                onClick={() => set({ rules: [...access.rules, { claim: '', operator: 'equals', values: [] }] })}
              >
                Has a claim
              </Button>
            </Group>
          </Stack>
        ) : null}
      </Stack>
    </Legend>
  );
}

function AccessRuleInput({
  rule,
  onChange,
  pointer,
}: {
  rule: AccessRule;
  onChange: (rule: AccessRule) => void;
  pointer: string;
}) {
  const { seen, error } = useFormFacts();
  const fault = faultAt(error, pointer);
  const names = [...new Set(seen.flatMap(({ external, label }) => (label ? [label, external] : [external])))];
  if (rule.group !== undefined)
    return (
      <Autocomplete
        label="Is in the provider’s group"
        description="As it comes, or the label of its mapping."
        data={names}
        limit={30}
        value={rule.group}
        onChange={(group) => onChange({ group })}
        error={fault}
        spellCheck={false}
      />
    );
  const isRule = typeof rule.claim === 'object';
  return (
    <>
      {isRule ? (
        <RuleEditor
          rule={rule.claim as Rule}
          onChange={(claim) => onChange({ ...rule, claim })}
          pointer={`${pointer}/claim`}
          withoutDefault
        />
      ) : (
        <Group gap="xs" wrap="nowrap">
          <ClaimName
            label="Claim of the rule"
            placeholder="Claim"
            value={String(rule.claim ?? '')}
            onChange={(claim) => onChange({ ...rule, claim })}
          />
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => onChange({ ...rule, claim: { claim: String(rule.claim ?? ''), steps: [{ trim: true }] } })}
          >
            Change it on its way
          </Button>
        </Group>
      )}
      <Group gap="xs" align="flex-start">
        <Select
          aria-label="How it is compared"
          data={operators}
          value={rule.operator ?? 'equals'}
          onChange={(operator) => {
            const { values, ...others } = rule;
            onChange(
              operator === 'exists'
                ? { ...others, operator }
                : { ...others, operator: operator ?? 'equals', values: values ?? [] },
            );
          }}
          allowDeselect={false}
          w={190}
        />
        {rule.operator === 'exists' ? null : (
          <TagsInput
            aria-label="Values, one is enough"
            placeholder={rule.values?.length ? undefined : 'Values; one is enough'}
            value={rule.values ?? []}
            onChange={(values) => onChange({ ...rule, values })}
            acceptValueOnBlur
            flex={1}
            miw={160}
          />
        )}
      </Group>
      {rule.operator === 'exists' ? null : (
        <Checkbox
          label="Upper and lower case are the same"
          checked={rule.ignoreCase === true}
          onChange={(event) => onChange({ ...rule, ignoreCase: event.currentTarget.checked || undefined })}
        />
      )}
      {fault ? (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      ) : null}
    </>
  );
}
