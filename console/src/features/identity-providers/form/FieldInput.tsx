import { MultiSelect, NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import type { ComponentType } from 'react';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import { faultAt } from '../../../ui/faults.ts';
import { AccessInput } from './AccessInput.tsx';
import { CertificatesInput } from './CertificatesInput.tsx';
import { useFormFacts } from './context.ts';
import type { Control, Field } from './field.ts';
import { GroupMappingsInput } from './GroupMappingsInput.tsx';
import { GroupOverageInput } from './GroupOverageInput.tsx';
import { MappingInput } from './MappingInput.tsx';
import { CustomMappingsInput, MatchAttributesInput } from './MappingTable.tsx';
import { PatternsInput } from './PatternsInput.tsx';
import { RoleMappingsInput } from './RoleMappingsInput.tsx';

export interface InputProps {
  field: Field;
  value: unknown;
  /** Undefined takes the value away. */
  onChange: (value: unknown) => void;
}

const inputs: Record<Control, ComponentType<InputProps>> = {
  text: TextField,
  image: TextField,
  number: NumberField,
  date: DateField,
  secret: SecretField,
  switch: SwitchField,
  choice: ChoiceField,
  list: ListField,
  groups: NamesField,
  roles: NamesField,
  application: ApplicationField,
  fixed: FixedField,
  certificates: CertificatesInput,
  mapping: MappingInput,
  'verified-mapping': MappingInput,
  'custom-mappings': CustomMappingsInput,
  'match-attributes': MatchAttributesInput,
  'group-mappings': GroupMappingsInput,
  'role-mappings': RoleMappingsInput,
  access: AccessInput,
  patterns: PatternsInput,
  'group-overage': GroupOverageInput,
};

/** One field of an identity provider, by its kind. */
export function FieldInput(props: InputProps) {
  const Input = inputs[props.field.control];
  return <Input {...props} />;
}

/** What every simple input shows around itself. */
export function useFrame({ field }: Pick<InputProps, 'field'>) {
  const { error, disabled } = useFormFacts();
  return {
    label: field.label,
    description: field.help,
    placeholder: field.placeholder,
    error: faultAt(error, field.pointer),
    disabled,
    'data-pointer': field.pointer,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

function TextField({ field, value, onChange }: InputProps) {
  const frame = useFrame({ field });
  return (
    <TextInput
      {...frame}
      required={field.required}
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

function NumberField({ field, value, onChange }: InputProps) {
  return (
    <NumberInput
      {...useFrame({ field })}
      value={typeof value === 'number' ? value : ''}
      onChange={(given) => onChange(typeof given === 'number' ? given : undefined)}
      min={0}
      allowDecimal={false}
      styles={{ wrapper: { maxWidth: 240 } }}
    />
  );
}

/** A day: what ends on it ends with it. */
function DateField({ field, value, onChange }: InputProps) {
  return (
    <TextInput
      {...useFrame({ field })}
      type="date"
      value={textOf(value).slice(0, 10)}
      onChange={(event) => onChange(event.currentTarget.value ? `${event.currentTarget.value}T23:59:59Z` : undefined)}
      styles={{ wrapper: { maxWidth: 240 } }}
    />
  );
}

function SecretField({ field, value, onChange }: InputProps) {
  return (
    <PasswordInput
      {...useFrame({ field })}
      placeholder="••••••••"
      value={textOf(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      autoComplete="new-password"
    />
  );
}

function SwitchField({ field, value, onChange }: InputProps) {
  const { placeholder: _, ...frame } = useFrame({ field });
  return <Switch {...frame} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

function ChoiceField({ field, value, onChange }: InputProps) {
  const { presets } = useFormFacts();
  const isVendor = field.pointer === '/preset';
  const data = isVendor
    ? presets.map(({ id, title }) => ({ value: id, label: title }))
    : (field.choices ?? []).map(([choice, label]) => ({ value: choice, label }));
  return (
    <Select
      {...useFrame({ field })}
      placeholder={isVendor ? 'None' : 'Follows from the rest'}
      data={data}
      value={textOf(value) || null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      clearable={isVendor || field.rare === true}
      allowDeselect={false}
    />
  );
}

function ListField({ field, value, onChange }: InputProps) {
  const frame = useFrame({ field });
  const lines = listOf(value);
  return (
    <TagsInput
      {...frame}
      placeholder={lines.length === 0 ? (field.placeholder ?? 'Type one, then Enter') : undefined}
      value={lines}
      onChange={onChange}
      acceptValueOnBlur
      splitChars={[',', ' ', '\n']}
      clearable
    />
  );
}

function NamesField({ field, value, onChange }: InputProps) {
  const { groups, roles } = useFormFacts();
  const chosen = listOf(value);
  const known = field.control === 'roles' ? roles : groups;
  return (
    <MultiSelect
      {...useFrame({ field })}
      placeholder={chosen.length === 0 ? 'None' : undefined}
      data={[...new Set([...known, ...chosen])]}
      value={chosen}
      onChange={onChange}
      searchable
      clearable
    />
  );
}

function ApplicationField({ field, value, onChange }: InputProps) {
  const { applications } = useFormFacts();
  return (
    <Select
      {...useFrame({ field })}
      placeholder="None"
      data={applications.map(({ id, name }) => ({ value: id, label: name }))}
      value={textOf(value) || null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      clearable
      searchable
    />
  );
}

function FixedField({ field, value }: InputProps) {
  return textOf(value) === '' ? null : <CopyValue label={field.label} value={textOf(value)} />;
}
