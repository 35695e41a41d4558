import { Button, Group, Modal, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { download } from '../../../api/download.ts';
import { useMay } from '../../../api/me.ts';
import { faultAt } from '../../../ui/faults.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, touched } from '../api.ts';

/** The provider as a file, and the end of it. */
export function ExportTab({ provider }: { provider: Provider }) {
  const mayChange = useMay('identity-providers:write');
  const name = `${provider.slug}.identity-provider.json`;
  const path = `/api/v1/identity-providers/${provider.id}/export`;
  const plain = useChange(() => download(path, { name }), { touches: [] });
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <Stack gap="md">
          <Stack gap={4}>
            <Title order={2}>Export</Title>
            <Text size="sm" c="dimmed">
              All settings as a file, to keep, to compare, or to import into another tenant. Without secrets.
            </Text>
          </Stack>
          {plain.error ? <ProblemNote error={plain.error} /> : null}
          <Button variant="default" w="fit-content" onClick={() => plain.mutate(undefined)} loading={plain.isPending}>
            Download
          </Button>
        </Stack>
      </Paper>
      {mayChange ? <SealedExport path={path} name={name} /> : null}
      {mayChange ? <Delete provider={provider} /> : null}
    </Stack>
  );
}

function SealedExport({ path, name }: { path: string; name: string }) {
  const [passphrase, setPassphrase] = useState('');
  const sealed = useChange(() => download(path, { name, body: { passphrase } }), { touches: [] });
  return (
    <Paper withBorder radius="lg" p="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          sealed.mutate(undefined, { onSuccess: () => setPassphrase('') });
        }}
      >
        <Stack gap="md">
          <Stack gap={4}>
            <Title order={2}>Export with secrets</Title>
            <Text size="sm" c="dimmed">
              Client secret and our keys are in the file, encrypted. Whoever has the file and the passphrase can act as this
              gateway.
            </Text>
          </Stack>
          {sealed.error && !faultAt(sealed.error, '/passphrase') ? <ProblemNote error={sealed.error} /> : null}
          <PasswordInput
            label="Passphrase"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            error={faultAt(sealed.error, '/passphrase')}
            autoComplete="new-password"
            maw={400}
          />
          <Button type="submit" variant="default" w="fit-content" loading={sealed.isPending} disabled={passphrase === ''}>
            Download encrypted
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}

/** Asks for the name: what is gone here cannot be brought back. */
function Delete({ provider }: { provider: Provider }) {
  const [asking, ask] = useDisclosure();
  const [typed, setTyped] = useState('');
  const navigate = useNavigate();
  const remove = useChange(
    async () => (await api.DELETE('/api/v1/identity-providers/{id}', { params: { path: { id: provider.id } } })).data,
    { touches: touched, done: `${provider.name} is disconnected` },
  );
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="md">
        <Stack gap={4}>
          <Title order={2}>Disconnect</Title>
          <Text size="sm" c="dimmed">
            Removes the provider, its keys and its history, and ends the sessions that came from it. Accounts stay, without a way
            in through it.
          </Text>
        </Stack>
        <Button color="red" variant="light" w="fit-content" onClick={ask.open}>
          Disconnect …
        </Button>
      </Stack>
      <Modal opened={asking} onClose={ask.close} title={`Disconnect ${provider.name}?`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/identity-providers' as '/' }) });
          }}
        >
          <Stack gap="md">
            <Text size="sm">
              Everybody who signs in through it is signed out and cannot come back this way. It cannot be undone; download it
              first.
            </Text>
            {remove.error ? <ProblemNote error={remove.error} /> : null}
            <TextInput
              label={`Type “${provider.slug}” to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              data-autofocus
              autoComplete="off"
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={ask.close}>
                Cancel
              </Button>
              <Button type="submit" color="red" disabled={typed !== provider.slug} loading={remove.isPending}>
                Disconnect
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Paper>
  );
}
