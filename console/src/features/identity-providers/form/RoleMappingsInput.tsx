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
          label="What the provider sends"
          aria-label={`What the provider sends as a role, ${index + 1}`}
          placeholder="Value of the roles claim"
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
          label="Role here"
          aria-label={`Role here for ${name}`}
          placeholder="Choose a role"
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
