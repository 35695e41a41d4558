import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/me.ts';
import { usePages } from '../../../api/pages.ts';
import { Actor } from '../../../ui/Actor.tsx';
import { DataTable } from '../../../ui/DataTable.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { Status } from '../../../ui/Status.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { When } from '../../../ui/When.tsx';
import { type Provider, type Revision, touched } from '../api.ts';
import { nameOfPointer } from '../form/fields.ts';
import { useQueryTexts, useSetQuery } from '../routes.ts';
import { origins, plural, revisionStates } from '../words.ts';
import { DifferenceList } from './DifferenceList.tsx';
import { BackLink, RowLink } from './links.tsx';

/** Every change that was made, newest first; one of them whole, with the way back to it. */
export function ChangesTab({ provider }: { provider: Provider }) {
  const { revision } = useQueryTexts();
  const list = usePages<Revision>(['identity-providers', provider.id, 'revisions'], async (cursor) => {
    const params = { path: { id: provider.id }, query: { limit: 25, cursor } };
    return (await api.GET('/api/v1/identity-providers/{id}/revisions', { params })).data;
  });
  if (revision) return <OneRevision provider={provider} number={revision} />;
  return (
    <DataTable
      label="Changes"
      of={list}
      keyOf={({ revision: number }) => String(number)}
      empty={null}
      columns={[
        {
          head: 'Change',
          cell: (row) => (
            <>
              <RowLink query={{ revision: String(row.revision) }}>
                {origins[row.origin]}
                {row.source ? ` ${row.source}` : ''}
              </RowLink>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {summaryOf(row)}
              </Text>
            </>
          ),
        },
        { head: 'State', cell: (row) => <Status tone={revisionStates[row.state].tone}>{revisionStates[row.state].word}</Status> },
        { head: 'Who', wide: true, cell: (row) => <Actor actor={row.madeBy} /> },
        { head: 'When', cell: (row) => <When at={row.madeAt} /> },
      ]}
    />
  );
}

function summaryOf({ revision, differences, origin }: Revision): string {
  if (origin === 'created' || !differences || differences.pointers.length === 0) return `Revision ${revision}`;
  const names = [...new Set(differences.pointers.map(nameOfPointer))];
  return `Revision ${revision} · ${names.slice(0, 3).join(' · ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function OneRevision({ provider, number }: { provider: Provider; number: string }) {
  const query = useQuery({
    queryKey: ['identity-providers', provider.id, 'revisions', number],
    queryFn: async () => {
      const params = { path: { id: provider.id, number } };
      return (await api.GET('/api/v1/identity-providers/{id}/revisions/{number}', { params })).data;
    },
  });
  return (
    <Stack gap="md">
      <BackLink query={{ revision: undefined }}>All changes</BackLink>
      <Shown of={query}>
        {(revision) => (
          <Stack gap="lg">
            <Group justify="space-between" align="flex-start">
              <Stack gap={4}>
                <Group gap="sm">
                  <Text fw={650} fz="lg">
                    Revision {revision.revision}
                  </Text>
                  <Status tone={revisionStates[revision.state].tone}>{revisionStates[revision.state].word}</Status>
                  {revision.verified ? <Status tone="good">Verified</Status> : null}
                </Group>
                <Text size="sm" c="dimmed" component="div">
                  {origins[revision.origin]}
                  {revision.source ? ` ${revision.source}` : ''} by <Actor actor={revision.madeBy} />,{' '}
                  <When at={revision.madeAt} />
                </Text>
                {revision.override ? <Text size="sm">Went live unverified: “{revision.override}”</Text> : null}
              </Stack>
              {revision.state === 'superseded' || revision.state === 'discarded' ? (
                <RollBack provider={provider} number={number} />
              ) : null}
            </Group>
            <Section title={`What it changed (${plural(revision.differences.toBase?.length ?? 0, 'field')})`}>
              {revision.differences.toBase ? (
                <DifferenceList differences={revision.differences.toBase} />
              ) : (
                <Text size="sm" c="dimmed">
                  What it was made over is not kept any more.
                </Text>
              )}
            </Section>
            {revision.state === 'live' || revision.state === 'draft' ? null : (
              <Section title="How it differs from what is used now">
                <DifferenceList differences={revision.differences.toCurrent} words={['Now', `Revision ${number}`]} />
              </Section>
            )}
          </Stack>
        )}
      </Shown>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper withBorder radius="lg" p="lg">
      <Text fw={600} mb="md" component="h2">
        {title}
      </Text>
      {children}
    </Paper>
  );
}

/** Makes a new revision of what an earlier one said; it waits for a test like any change. */
function RollBack({ provider, number }: { provider: Provider; number: string }) {
  const mayChange = useMay('identity-providers:write');
  const [asking, ask] = useDisclosure();
  const set = useSetQuery();
  const roll = useChange(
    async (override: string | undefined) => {
      const params = { path: { id: provider.id, number } };
      const body = override ? { override } : {};
      return (await api.POST('/api/v1/identity-providers/{id}/revisions/{number}/roll-back', { params, body })).response.status;
    },
    { touches: touched, done: 'Rolled back' },
  );
  const done = {
    onSuccess: () => {
      ask.close();
      set({ revision: undefined });
    },
  };
  if (!mayChange) return null;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button variant="default" onClick={() => roll.mutate(undefined, done)} loading={roll.isPending}>
          Roll back to this
        </Button>
        {provider.enabled ? (
          <Button variant="subtle" color="gray" onClick={ask.open}>
            Roll back at once …
          </Button>
        ) : null}
      </Group>
      {roll.error && !asking ? <ProblemNote error={roll.error} /> : null}
      <ReasonModal
        opened={asking}
        onClose={ask.close}
        title={`Go back to revision ${number} at once?`}
        verb="Roll back now"
        pending={roll.isPending}
        error={roll.error}
        onConfirm={(reason) => roll.mutate(reason, done)}
      >
        It goes live unverified. That is right when people cannot sign in, and it worked with that revision.
      </ReasonModal>
    </Stack>
  );
}
