import { Text } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useProviderNames } from '../../api/names.ts';
import { usePages } from '../../api/pages.ts';
import { useFigures } from '../../charts/figures.ts';
import { SignInFigures } from '../../charts/SignInFigures.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';
import { When } from '../../ui/When.tsx';
import { Filters } from './Filters.tsx';
import { queryOf, readSignInFilter } from './filter.ts';
import { outcomeOf } from './outcomes.ts';

/** Whoever is in without a provider came by a password. */
const withoutProvider = ({ identityProviderId, outcome }: { identityProviderId: string | null; outcome: string }): string =>
  identityProviderId === null && outcome === 'signed-in' ? 'Password' : '–';

export function SignInsPage() {
  const filter = readSignInFilter(useSearch({ strict: false }));
  const names = useProviderNames();
  const list = usePages(['sign-ins', 'list', filter], async (cursor) => {
    return (await api.GET('/api/v1/sign-ins', { params: { query: { limit: 50, cursor, ...queryOf(filter) } } })).data;
  });
  const titles = new Map(useFigures(30, undefined).data?.causes.map(({ code, title }) => [code, title]));
  const isNarrowed = Object.values(filter).some(Boolean);
  return (
    <>
      <PageHead
        title="Sign-in log"
        about="Every sign-in that came back, with each step and why it was refused. Whoever is stuck on a page of their provider is not here: Verify that provider."
      />
      <div className="below">
        <SignInFigures identityProviderId={filter.identityProviderId} causes={3} />
      </div>
      <Filters filter={filter} />
      <DataTable
        label="Sign-ins"
        of={list}
        keyOf={({ reference }) => reference}
        empty={
          isNarrowed ? (
            <EmptyState title="Nothing matches">No sign-in that is kept fits all of this. Take a filter off.</EmptyState>
          ) : (
            <EmptyState title="Nobody has signed in yet">
              Sign-ins appear here as they happen, and stay for as long as the settings say.
            </EmptyState>
          )
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
                <Status tone={outcomeOf(row.outcome).tone}>{outcomeOf(row.outcome).word}</Status>
                {row.code ? (
                  <Text size="xs" c="dimmed" mt={4} maw={320}>
                    {titles.get(row.code) ?? row.code}
                  </Text>
                ) : null}
              </>
            ),
          },
          {
            head: 'Identity provider',
            wide: true,
            cell: (row) => names.get(row.identityProviderId ?? '') ?? withoutProvider(row),
          },
          { head: 'When', cell: (row) => <When at={row.startedAt} /> },
        ]}
      />
    </>
  );
}
