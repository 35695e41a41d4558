import { Paper, Stack, Switch, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../../api/client.ts';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { useChange } from '../../ui/useChange.tsx';
import type { Application } from './ApplicationsPage.tsx';

const POINTERS = ['/name', '/redirectUris', '/postLogoutRedirectUris'];

/** Its settings, as far as they can be changed. */
export function ChangeApplication({ application }: { application: Application }) {
  const form = useForm({
    initialValues: {
      name: application.name,
      redirectUris: application.redirectUris,
      postLogoutRedirectUris: application.postLogoutRedirectUris,
      firstParty: application.firstParty,
      enabled: application.enabled,
    },
  });
  const save = useChange(
    async (body: typeof form.values) =>
      (await api.PATCH('/api/v1/applications/{id}', { params: { path: { id: application.id } }, body })).data,
    { touches: ['applications'], done: 'Saved' },
  );
  return (
    <Paper withBorder radius="lg" p="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          <Title order={2}>Settings</Title>
          <TextInput label="Name" required {...form.getInputProps('name')} error={faultAt(save.error, '/name')} />
          <TagsInput
            label="Redirect addresses"
            description="Compared character by character"
            {...form.getInputProps('redirectUris')}
            error={faultAt(save.error, '/redirectUris')}
          />
          <TagsInput
            label="Addresses after signing out"
            {...form.getInputProps('postLogoutRedirectUris')}
            error={faultAt(save.error, '/postLogoutRedirectUris')}
          />
          <Switch label="Ours: nobody is asked for consent" {...form.getInputProps('firstParty', { type: 'checkbox' })} />
          <Switch label="On: people can sign in to it" {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <Text size="sm" c="dimmed">
            Scopes: {application.scopes.join(', ')}
          </Text>
          <FormEnd of={save} fields={POINTERS} disabled={!form.isDirty()} />
        </Stack>
      </form>
    </Paper>
  );
}
