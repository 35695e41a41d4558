import { Alert, Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/me.ts';
import { usePages } from '../../../api/pages.ts';
import { DataTable } from '../../../ui/DataTable.tsx';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { PlusIcon } from '../../../ui/icons.tsx';
import { PageHead } from '../../../ui/PageHead.tsx';
import { Status } from '../../../ui/Status.tsx';
import { When } from '../../../ui/When.tsx';
import { type Health, type Provider, useAllHealth, usePresets } from '../api.ts';
import { plural, protocolNames, stateOf, vendorOf } from '../words.ts';
import { expiryName } from './expiry-names.ts';
import { ImportZone } from './ImportZone.tsx';

/** All identity providers: what they are, whether people get in, and what ends next. */
export function ProvidersPage() {
  const mayChange = useMay('identity-providers:write');
  const health = useAllHealth();
  const presets = usePresets().data ?? [];
  const list = usePages<Provider>(['identity-providers', 'pages'], async (cursor) => {
    const { data } = await api.GET('/api/v1/identity-providers', { params: { query: { limit: 50, cursor } } });
    return data && { ...data, items: data.items.toSorted((one, other) => one.name.localeCompare(other.name)) };
  });
  const connect = mayChange ? (
    <Button component={Link} to="/identity-providers/new" leftSection={<PlusIcon size={16} />}>
      Connect a provider
    </Button>
  ) : null;
  const of = ({ id }: Provider): Health | undefined => health.data?.get(id);
  const titleOf = ({ preset }: Provider): string | undefined => vendorOf(presets, preset);
  return (
    <ImportZone enabled={mayChange}>
      {(importButton) => (
        <>
          <PageHead
            title="Identity providers"
            about="Where your people sign in, and how that is going."
            actions={
              mayChange ? (
                <Group gap="sm">
                  {importButton}
                  {connect}
                </Group>
              ) : null
            }
          />
          {health.error && !list.error ? (
            <Alert color="yellow" variant="light" mb="md">
              How they are doing cannot be told at the moment.
            </Alert>
          ) : null}
          <DataTable
            label="Identity providers"
            of={list}
            keyOf={({ id }) => id}
            empty={
              <EmptyState title="Connect your first identity provider" action={connect}>
                Choose your vendor, copy a few values into its console and paste a few back. You verify it yourself before anybody
                else can use it.
              </EmptyState>
            }
            columns={[
              { head: 'Name', cell: (row) => <NameCell provider={row} vendor={titleOf(row)} /> },
              { head: 'State', cell: (row) => <StateCell provider={row} health={of(row)} /> },
              { head: 'Sign-ins, 7 days', wide: true, cell: (row) => <FiguresCell health={of(row)} /> },
              { head: 'Last success', wide: true, cell: (row) => <When at={of(row)?.signIns.lastSuccessAt} /> },
              { head: 'Ends next', wide: true, cell: (row) => <ExpiryCell health={of(row)} /> },
            ]}
          />
        </>
      )}
    </ImportZone>
  );
}

function NameCell({ provider, vendor }: { provider: Provider; vendor: string | undefined }) {
  return (
    <>
      <Link to={`/identity-providers/${provider.id}` as '/'} className="row-link">
        {provider.name}
      </Link>
      <Text size="xs" c="dimmed">
        {[vendor, protocolNames[provider.kind]].filter(Boolean).join(' · ')}
      </Text>
    </>
  );
}

function StateCell({ provider, health }: { provider: Provider; health: Health | undefined }) {
  const { word, tone, why } = stateOf(provider, health);
  return (
    <>
      <Status tone={tone}>{word}</Status>
      <Text size="xs" c="dimmed" mt={4} maw={360}>
        {why}
      </Text>
    </>
  );
}

function FiguresCell({ health }: { health: Health | undefined }) {
  if (!health) return null;
  const { succeeded, refused } = health.signIns.last7d;
  if (succeeded + refused === 0)
    return (
      <Text size="sm" c="dimmed">
        None
      </Text>
    );
  return (
    <>
      <Text size="sm" className="figure">
        {plural(succeeded, 'success', 'successes')}
      </Text>
      {refused > 0 ? (
        <Text size="xs" c="dimmed" className="figure">
          {refused} refused
        </Text>
      ) : null}
    </>
  );
}

function ExpiryCell({ health }: { health: Health | undefined }) {
  const next = health?.expiries.find(({ replaced }) => !replaced);
  if (!next)
    return (
      <Text size="sm" c="dimmed">
        Nothing
      </Text>
    );
  return (
    <>
      <When at={next.expiresAt} />
      <Text size="xs" c={next.state === 'later' ? 'dimmed' : 'red'}>
        {expiryName(next)}
      </Text>
    </>
  );
}
