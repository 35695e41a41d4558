import { Select, TextInput } from '@mantine/core';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { MappingRows } from './MappingRows.tsx';

interface RoleMapping {
  external: string;
  role: string;
}

/** What the provider sends, and the role here. One value may mean several roles. */
export function RoleMappingsInput({ field, value, onChange }: InputProps) {
  const { roles, disabled } = useFormFacts();
  return (
    <MappingRows<RoleMapping>
      field={field}
      value={value}
      onChange={onChange}
      fresh={{ external: '', role: '' }}
      verb="Map a role"
      nameOf={({ external }) => external}
      theirs={(mapping, index, set) => (
        <TextInput
          aria-label={`Value of the roles claim, ${index + 1}`}
          placeholder="Value at the provider"
          value={mapping.external}
          onChange={(event) => set({ ...mapping, external: event.currentTarget.value })}
          flex={1}
          miw={0}
          spellCheck={false}
          disabled={disabled}
        />
      )}
      ours={(mapping, name, set) => (
        <Select
          aria-label={`Role here for ${name}`}
          placeholder="Role here"
          data={[...new Set([...roles, ...(mapping.role ? [mapping.role] : [])])]}
          value={mapping.role || null}
          onChange={(role) => set({ ...mapping, role: role ?? '' })}
          searchable
          allowDeselect={false}
          flex={1}
          miw={0}
          disabled={disabled}
        />
      )}
    />
  );
}
