import { Button, Group, Modal, Paper, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import type { ItemOf } from '../../api/types.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { CopyValue } from '../../ui/CopyValue.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';

type Domain = ItemOf<'/api/v1/domains'>;

export function DomainsPage() {
  const mayWrite = useMay('domains:write');
  const [adding, { open, close }] = useDisclosure();
  const query = useQuery({ queryKey: ['domains'], queryFn: async () => (await api.GET('/api/v1/domains', {})).data });
  const add = mayWrite ? (
    <Button leftSection={<PlusIcon size={16} />} onClick={open}>
      Add a domain
    </Button>
  ) : null;
  return (
    <>
      <PageHead
        title="Domains"
        about="Mail domains that you have proven to be yours. They send people to the right identity provider, and their addresses are trusted."
        actions={add}
      />
      <Shown of={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No domain yet" action={add}>
              Add the part behind the @ of your people’s addresses, and prove it with one DNS record.
            </EmptyState>
          ) : (
            <Stack gap="md">
              {items.map((domain) => (
                <OneDomain key={domain.name} domain={domain} mayWrite={mayWrite} />
              ))}
            </Stack>
          )
        }
      </Shown>
      <Modal opened={adding} onClose={close} title="Add a domain">
        <Add onDone={close} />
      </Modal>
    </>
  );
}

function OneDomain({ domain, mayWrite }: { domain: Domain; mayWrite: boolean }) {
  const [removing, setRemoving] = useState(false);
  const path = { params: { path: { name: domain.name } } };
  const prove = useChange(async () => (await api.POST('/api/v1/domains/{name}/prove', path)).data, {
    touches: ['domains'],
    done: `${domain.name} is proven`,
  });
  const change = useChange(
    async (includeSubdomains: boolean) =>
      (await api.PATCH('/api/v1/domains/{name}', { ...path, body: { includeSubdomains } })).data,
    {
      touches: ['domains'],
      done: 'Saved',
    },
  );
  const remove = useChange(async () => void (await api.DELETE('/api/v1/domains/{name}', path)), {
    touches: ['domains'],
    done: 'The domain was removed',
  });
  return (
    <Paper withBorder radius="lg" p="lg">
      <Group justify="space-between" mb={domain.state === 'pending' ? 'sm' : 0}>
        <Group gap="sm">
          <Text fw={600}>{domain.name}</Text>
          {domain.state === 'pending' ? <Status tone="warn">Waits for its DNS record</Status> : null}
          {domain.state === 'proven' ? <Status tone="good">Proven</Status> : null}
          {domain.state === 'vouched' ? <Status tone="good">Confirmed by the operator</Status> : null}
          {domain.provenAt ? (
            <Text size="sm" c="dimmed">
              <When at={domain.provenAt} />
            </Text>
          ) : null}
        </Group>
        {mayWrite ? (
          <Group gap="md">
            <Switch
              label="With sub-domains"
              checked={domain.includeSubdomains}
              onChange={(event) => change.mutate(event.currentTarget.checked)}
            />
            <Button variant="subtle" color="red" size="xs" onClick={() => setRemoving(true)} aria-label={`Remove ${domain.name}`}>
              Remove
            </Button>
          </Group>
        ) : null}
      </Group>
      {domain.state === 'pending' ? (
        <Stack gap="sm">
          <Text size="sm">
            Add this TXT record where the DNS of {domain.name} is kept, then look for it here. It may take an hour to be seen.
          </Text>
          <CopyValue label="Name" value={domain.record.name} />
          <CopyValue label="Value" value={domain.record.value} />
          <Group>
            <Button onClick={() => prove.mutate()} loading={prove.isPending}>
              Look for the record
            </Button>
          </Group>
        </Stack>
      ) : null}
      {(prove.error ?? change.error) ? <ProblemNote error={prove.error ?? change.error} /> : null}
      <Confirm
        opened={removing}
        title={`Remove ${domain.name}?`}
        verb="Remove"
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
      >
        People with such an address are no longer sent to its identity provider, and the address alone proves nothing any more.
        They keep their accounts.
      </Confirm>
    </Paper>
  );
}

function Add({ onDone }: { onDone: () => void }) {
  const form = useForm({ initialValues: { name: '', includeSubdomains: false } });
  const add = useChange(async (body: typeof form.values) => (await api.POST('/api/v1/domains', { body })).data, {
    touches: ['domains'],
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values, { onSuccess: onDone }))}>
      <Stack gap="sm">
        <TextInput
          label="Domain"
          placeholder="company.com"
          required
          data-autofocus
          {...form.getInputProps('name')}
          error={faultAt(add.error, '/name')}
        />
        <Switch label="With its sub-domains" {...form.getInputProps('includeSubdomains', { type: 'checkbox' })} />
        <FormEnd of={add} fields={['/name']} verb="Add" />
      </Stack>
    </form>
  );
}
