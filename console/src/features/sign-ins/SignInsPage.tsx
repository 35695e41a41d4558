import { Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SearchIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';

/** The filter, as it stands in the address: a filtered log can be sent to a colleague. */
export interface SignInFilter {
  person?: string;
  outcome?: 'signed-in' | 'refused';
  identityProviderId?: string;
  code?: string;
}

export function readSignInFilter(search: Record<string, unknown>): SignInFilter {
  const text = (name: string): string | undefined =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
  const outcome = text('outcome');
  return {
    person: text('person'),
    outcome: outcome === 'signed-in' || outcome === 'refused' ? outcome : undefined,
    identityProviderId: text('identityProviderId'),
    code: text('code'),
  };
}

/** Names of the identity providers by id. */
export function useProviderNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['identity-providers', 'names'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers', { params: { query: { limit: 200 } } })).data,
  });
  return new Map(data?.items.map(({ id, name }) => [id, name]));
}

export function SignInsPage() {
  const filter = readSignInFilter(useSearch({ strict: false }));
  const names = useProviderNames();
  const list = usePages(['sign-ins', filter], async (cursor) => {
    const reference = /^[0-9A-Z]{4}-?[0-9A-Z-]{3,}$/.test(filter.person ?? '') ? filter.person : undefined;
    const query = { limit: 50, cursor, ...filter, ...(reference ? { reference, person: undefined } : {}) };
    return (await api.GET('/api/v1/sign-ins', { params: { query } })).data;
  });
  return (
    <>
      <PageHead
        title="Sign-in log"
        about="Every sign-in, with each step and why it was refused. Open one, or paste the reference from an error page."
      />
      <Filters filter={filter} names={names} />
      <DataTable
        label="Sign-ins"
        of={list}
        keyOf={({ reference }) => reference}
        empty={
          <EmptyState title={Object.values(filter).some(Boolean) ? 'Nothing matches' : 'Nobody has signed in yet'}>
            Sign-ins appear here as they happen, and stay for as long as the settings say.
          </EmptyState>
        }
        columns={[
          {
            head: 'Person',
            cell: (row) => (
              <>
                <Link to="/sign-ins/$reference" params={{ reference: row.reference }} className="row-link">
                  {row.person ?? 'Unknown person'}
                </Link>
                <Text size="xs" c="dimmed" ff="monospace">
                  {row.reference}
                </Text>
              </>
            ),
          },
          {
            head: 'Result',
            cell: (row) => (
              <>
                <Status tone={row.outcome === 'refused' ? 'bad' : 'good'}>
                  {row.outcome === 'refused' ? 'Refused' : 'Signed in'}
                </Status>
                {row.code ? (
                  <Text size="xs" c="dimmed" mt={4} ff="monospace">
                    {row.code}
                  </Text>
                ) : null}
              </>
            ),
          },
          { head: 'Provider', wide: true, cell: (row) => names.get(row.identityProviderId ?? '') ?? '–' },
          { head: 'When', cell: (row) => <When at={row.startedAt} /> },
        ]}
      />
    </>
  );
}

function Filters({ filter, names }: { filter: SignInFilter; names: ReadonlyMap<string, string> }) {
  const navigate = useNavigate();
  const [person, setPerson] = useState(filter.person ?? '');
  const [wanted] = useDebouncedValue(person.trim(), 300);
  const go = (change: SignInFilter): void => {
    const search = Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value));
    void navigate({ to: '/sign-ins', search, replace: true });
  };
  useEffect(() => {
    if (wanted !== (filter.person ?? '')) go({ person: wanted || undefined });
  }, [wanted]);
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <TextInput
        label="Person or reference"
        placeholder="name@company.com"
        leftSection={<SearchIcon size={16} />}
        value={person}
        onChange={(event) => setPerson(event.currentTarget.value)}
        w={{ base: '100%', sm: 260 }}
      />
      <Select
        label="Result"
        placeholder="Any"
        clearable
        data={[
          { value: 'signed-in', label: 'Signed in' },
          { value: 'refused', label: 'Refused' },
        ]}
        value={filter.outcome ?? null}
        onChange={(value) => go({ outcome: (value as SignInFilter['outcome']) ?? undefined })}
        w={150}
      />
      <Select
        label="Provider"
        placeholder="Any"
        clearable
        searchable
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={filter.identityProviderId ?? null}
        onChange={(value) => go({ identityProviderId: value ?? undefined })}
        w={200}
      />
      {filter.code ? (
        <TextInput
          label="Problem code"
          value={filter.code}
          rightSectionWidth={70}
          onChange={(event) => go({ code: event.currentTarget.value })}
          w={260}
        />
      ) : null}
    </Group>
  );
}
