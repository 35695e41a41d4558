import { Select, Stack, Switch, TextInput } from '@mantine/core';
import { faultAt } from '../../../ui/faults.ts';
import { clouds } from './clouds.ts';
import { useFormFacts } from './context.ts';
import type { InputProps } from './FieldInput.tsx';
import { Legend } from './Legend.tsx';

interface Overage {
  resolve?: boolean;
  clientId?: string | null;
  graphUrl?: string | null;
  directoryId?: string;
  claim?: string;
}

/** Entra: groups that do not fit are read from Microsoft Graph, by a certificate of ours. */
export function GroupOverageInput({ field, value, onChange }: InputProps) {
  const { error, disabled } = useFormFacts();
  const overage = (value ?? undefined) as Overage | undefined;
  const isSaml = field.pointer.startsWith('/saml');
  const set = (change: Partial<Overage>): void => onChange({ ...overage, ...change });
  const text = (name: 'clientId' | 'directoryId' | 'claim', label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      value={overage?.[name] ?? ''}
      onChange={(event) => set({ [name]: event.currentTarget.value || undefined })}
      error={faultAt(error, `${field.pointer}/${name}`)}
      disabled={disabled}
      spellCheck={false}
    />
  );
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer}>
      <Stack gap="sm">
        <Switch
          label="Read them from Microsoft Graph"
          description="Off: the list counts as incomplete. Memberships stay as they are, and rules by group refuse."
          checked={overage !== undefined && overage.resolve !== false}
          onChange={(event) => {
            if (event.currentTarget.checked) set({ resolve: true });
            else if (overage?.clientId || overage?.directoryId) set({ resolve: false });
            else onChange(undefined);
          }}
          disabled={disabled}
        />
        {overage ? (
          <>
            {isSaml ? text('directoryId', 'Directory (tenant) ID', 'Of the directory that holds the groups.') : null}
            {text(
              'clientId',
              'App registration that may read groups',
              isSaml ? 'Its application (client) ID.' : 'Its application (client) ID. Empty: that of the sign-in.',
            )}
            {isSaml ? text('claim', 'Attribute that carries groups', 'Empty: the one that Entra uses.') : null}
            <Select
              label="Cloud"
              description="Only for national clouds."
              placeholder="Follows from the endpoints"
              data={clouds}
              value={overage.graphUrl ?? null}
              onChange={(graphUrl) => set({ graphUrl: graphUrl ?? undefined })}
              error={faultAt(error, `${field.pointer}/graphUrl`)}
              clearable
              disabled={disabled}
              maw={360}
            />
          </>
        ) : null}
      </Stack>
    </Legend>
  );
}
