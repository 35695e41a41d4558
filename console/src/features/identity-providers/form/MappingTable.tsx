import { ActionIcon, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { faultAt } from '../../../ui/faults.ts';
import { CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import { token } from './document.ts';
import type { InputProps } from './FieldInput.tsx';
import type { Field } from './field.ts';
import { attributes } from './fields-common.ts';
import { Legend } from './Legend.tsx';
import { MappingInput } from './MappingInput.tsx';
import type { Mapping } from './rule.ts';

type Mappings = Readonly<Record<string, Mapping>>;

/** Attributes of the tenant's own: a name, and where its value comes from. */
export function CustomMappingsInput({ field, value, onChange }: InputProps) {
  const { error } = useFormFacts();
  const mappings = (value ?? {}) as Mappings;
  const [name, setName] = useState('');
  const add = (): void => {
    if (name.trim() === '' || name in mappings) return;
    onChange({ ...mappings, [name.trim()]: name.trim() });
    setName('');
  };
  return (
    <Legend label={field.label} help={field.help} fault={faultAt(error, field.pointer)} pointer={field.pointer}>
      <Stack gap="sm">
        <Rows mappings={mappings} onChange={onChange} field={field} labelOf={(one) => one} />
        <Group gap="xs">
          <TextInput
            aria-label="Name of a new attribute"
            placeholder="Name, e.g. costCentre"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              add();
            }}
            w={220}
          />
          <Button
            variant="default"
            leftSection={<PlusIcon size={14} />}
            onClick={add}
            disabled={name.trim() === '' || name.trim() in mappings}
          >
            Add attribute
          </Button>
        </Group>
      </Stack>
    </Legend>
  );
}

/** Attributes of the account that have to equal a claim. */
export function MatchAttributesInput({ field, value, onChange }: InputProps) {
  const { error } = useFormFacts();
  const mappings = (value ?? {}) as Mappings;
  const left = attributes.filter(([id]) => !(id in mappings));
  return (
    <Legend label={field.label} help={field.help} fault={faultAt(error, field.pointer)} pointer={field.pointer}>
      <Stack gap="sm">
        <Rows
          mappings={mappings}
          onChange={onChange}
          field={field}
          labelOf={(id) => attributes.find(([known]) => known === id)?.[1] ?? id}
        />
        <Select
          aria-label="Add an attribute that must be equal"
          placeholder="Add an attribute"
          data={left.map(([id, label]) => ({ value: id, label }))}
          value={null}
          onChange={(id) => id && onChange({ ...mappings, [id]: '' })}
          w={220}
        />
      </Stack>
    </Legend>
  );
}

interface RowsProps {
  mappings: Mappings;
  onChange: (mappings: Mappings) => void;
  field: Field;
  labelOf: (name: string) => string;
}

function Rows({ mappings, onChange, field, labelOf }: RowsProps) {
  return Object.entries(mappings).map(([name, mapping]) => (
    <Group key={name} gap="xs" wrap="nowrap" align="flex-start">
      <div style={{ flex: 1, minWidth: 0 }}>
        <MappingInput
          field={{
            pointer: `${field.pointer}/${token(name)}`,
            label: labelOf(name),
            control: field.control === 'match-attributes' ? 'verified-mapping' : 'mapping',
          }}
          value={mapping}
          onChange={(changed) => onChange({ ...mappings, [name]: (changed ?? '') as Mapping })}
        />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        mt={28}
        aria-label={`Remove ${labelOf(name)}`}
        onClick={() => {
          const { [name]: _, ...others } = mappings;
          onChange(others);
        }}
      >
        <CrossIcon size={16} />
      </ActionIcon>
    </Group>
  ));
}
