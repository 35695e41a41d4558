import { Autocomplete, TextInput } from '@mantine/core';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { MappingRows } from './MappingRows.tsx';

interface GroupMapping {
  external: string;
  label?: string | null;
  group: string;
}

/** What the provider sends, what people call it, and the group here; fed by the groups that were seen. */
export function GroupMappingsInput({ field, value, onChange }: InputProps) {
  const { seen, groups, disabled } = useFormFacts();
  const known = [...new Set(seen.map(({ external }) => external))];
  const labelOf = (external: string): string | null | undefined => seen.find((one) => one.external === external)?.label;
  return (
    <MappingRows<GroupMapping>
      field={field}
      value={value}
      onChange={onChange}
      fresh={{ external: '', group: '' }}
      verb="Map a group"
      nameOf={({ label, external }) => label || external}
      theirs={(mapping, index, set) => (
        <>
          <Autocomplete
            label="What the provider sends"
            aria-label={`What the provider sends, ${index + 1}`}
            placeholder="Name or id at the provider"
            data={known}
            limit={30}
            value={mapping.external}
            onChange={(external) => set({ ...mapping, external, label: mapping.label ?? labelOf(external) })}
            flex={2}
            miw={0}
            spellCheck={false}
            disabled={disabled}
          />
          <TextInput
            label="Label"
            aria-label={`Label of ${mapping.label || mapping.external || `mapping ${index + 1}`}`}
            placeholder="What people call it"
            value={mapping.label ?? ''}
            onChange={(event) => set({ ...mapping, label: event.currentTarget.value || null })}
            flex={1}
            miw={0}
            disabled={disabled}
          />
        </>
      )}
      ours={(mapping, name, set) => (
        <Autocomplete
          label="Group here"
          aria-label={`Group here for ${name}`}
          placeholder="Choose or name a group"
          data={[...groups]}
          limit={30}
          value={mapping.group}
          onChange={(group) => set({ ...mapping, group })}
          flex={2}
          miw={0}
          disabled={disabled}
        />
      )}
    />
  );
}
