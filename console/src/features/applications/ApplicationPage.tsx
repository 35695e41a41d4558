import { Anchor, Button, Group, Modal, Paper, Stack, Switch, Tabs, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { tenantUrl } from '../../place.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { CopyValue } from '../../ui/CopyValue.tsx';
import { allAtFields, faultAt } from '../../ui/faults.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { useChange } from '../../ui/useChange.tsx';
import type { Application } from './ApplicationsPage.tsx';
import { Secret } from './Secret.tsx';
import { snippetsOf } from './snippets.ts';

export function ApplicationPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ['applications', 'one', id],
    queryFn: async () =>
      (await api.GET('/api/v1/applications/{id}', { params: { path: { id } } })).data as Application | undefined,
  });
  return (
    <>
      <Anchor component={Link} to="/applications" size="sm">
        Applications
      </Anchor>
      <Shown of={query}>{(application) => <Whole key={application.updatedAt} application={application} />}</Shown>
    </>
  );
}

function Whole({ application }: { application: Application }) {
  const mayWrite = useMay('applications:write');
  return (
    <>
      <PageHead title={application.name} actions={mayWrite ? <Actions application={application} /> : null} />
      <Stack gap="lg">
        <Paper withBorder radius="lg" p="md">
          <Stack gap="md">
            <Title order={2}>What the application needs to know</Title>
            <CopyValue label="Issuer" value={tenantUrl} />
            <CopyValue label="Client id" value={application.id} />
          </Stack>
        </Paper>
        <Code application={application} />
        {mayWrite ? <Change application={application} /> : null}
      </Stack>
    </>
  );
}

function Code({ application }: { application: Application }) {
  const snippets = snippetsOf({
    issuer: tenantUrl,
    clientId: application.id,
    redirectUri: application.redirectUris[0] ?? 'http://localhost:3000/callback',
    hasSecret: application.tokenEndpointAuthMethod.startsWith('client_secret'),
  });
  return (
    <Paper withBorder radius="lg" p="md">
      <Title order={2} mb="sm">
        Code
      </Title>
      <Tabs defaultValue={snippets[0]?.language}>
        <Tabs.List mb="md">
          {snippets.map(({ language }) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ language, install, code }) => (
          <Tabs.Panel key={language} value={language}>
            <Stack gap="sm">
              <CopyValue label="Install" value={install} />
              <CopyValue label="Use" value={code} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Paper>
  );
}

const POINTERS = ['/name', '/redirectUris', '/postLogoutRedirectUris'];

function Change({ application }: { application: Application }) {
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
    <Paper withBorder radius="lg" p="md">
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
          {save.error && !allAtFields(save.error, POINTERS) ? <ProblemNote error={save.error} /> : null}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function Actions({ application }: { application: Application }) {
  const navigate = useNavigate();
  const [removing, remove] = useDisclosure();
  const [renewing, renewal] = useDisclosure();
  const [secret, setSecret] = useState<string>();
  const path = { params: { path: { id: application.id } } };
  const drop = useChange(async () => void (await api.DELETE('/api/v1/applications/{id}', path)), {
    touches: ['applications'],
    done: 'The application was deleted',
  });
  const renew = useChange(
    async () => (await api.POST('/api/v1/applications/{id}/secret', path)).data as { clientSecret?: string } | undefined,
    { touches: ['applications'] },
  );
  return (
    <Group gap="xs">
      {application.tokenEndpointAuthMethod.startsWith('client_secret') ? (
        <Button variant="default" onClick={renewal.open}>
          New secret
        </Button>
      ) : null}
      <Button variant="default" color="red" onClick={remove.open}>
        Delete
      </Button>
      <Confirm
        opened={renewing}
        title="Make a new secret?"
        verb="Make it"
        pending={renew.isPending}
        error={renew.error}
        onClose={renewal.close}
        onConfirm={() =>
          renew.mutate(undefined, {
            onSuccess: (made) => {
              renewal.close();
              setSecret(made?.clientSecret);
            },
          })
        }
      >
        The present one stops working at once: have the application’s configuration at hand.
      </Confirm>
      <Modal opened={secret !== undefined} onClose={() => setSecret(undefined)} title="Keep the secret now">
        <Secret id={application.id} secret={secret ?? ''} onDone={() => setSecret(undefined)} />
      </Modal>
      <Confirm
        opened={removing}
        title={`Delete ${application.name}?`}
        verb="Delete"
        pending={drop.isPending}
        error={drop.error}
        onClose={remove.close}
        onConfirm={() => drop.mutate(undefined, { onSuccess: () => void navigate({ to: '/applications' }) })}
      >
        Nobody can sign in to it any more, and its tokens stop working.
      </Confirm>
    </Group>
  );
}
