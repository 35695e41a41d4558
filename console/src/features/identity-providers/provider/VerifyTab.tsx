import { Group, Paper, SegmentedControl, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMay } from '../../../api/me.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { Shown } from '../../../ui/Shown.tsx';
import { Status } from '../../../ui/Status.tsx';
import { When } from '../../../ui/When.tsx';
import { type Provider, type Report, tagOf, useReport, useReports } from '../api.ts';
import { useApplicationNames } from '../form/useFormFacts.ts';
import { Preview } from '../report/Preview.tsx';
import { ReportView } from '../report/ReportView.tsx';
import { StartVerify } from '../report/StartVerify.tsx';
import { useQueryTexts, useSetQuery } from '../routes.ts';
import { reportStates } from '../words.ts';
import { BackLink, RowLink } from './links.tsx';

/** Test sign-ins: the next, the last, one of them whole. */
export function VerifyTab({ provider }: { provider: Provider }) {
  const mayChange = useMay('identity-providers:write');
  const { report, paste, application } = useQueryTexts();
  const applications = useApplicationNames();
  const set = useSetQuery();
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={4} maw={560}>
            <Title order={2}>Test sign-in</Title>
            <Text size="sm" c="dimmed">
              You sign in through {provider.name} yourself, with{' '}
              {provider.staged ? 'the change that waits' : 'the settings as they are'}. Every check is made for real, and nothing
              is changed: no account, no group, no session.
            </Text>
            {mayChange && applications.length > 0 ? (
              <Select
                label="Show the tokens of"
                placeholder="An application that asks for everything"
                data={applications.map(({ id, name }) => ({ value: id, label: name }))}
                value={application ?? null}
                onChange={(chosen) => set({ application: chosen ?? undefined })}
                clearable
                maw={360}
                mt="xs"
              />
            ) : null}
          </Stack>
          {mayChange ? (
            <StartVerify id={provider.id} revision={tagOf(provider)} applicationId={application}>
              Start Verify
            </StartVerify>
          ) : null}
        </Group>
      </Paper>
      {mayChange ? (
        <SegmentedControl
          w="fit-content"
          aria-label="What is shown"
          value={paste ? 'paste' : 'reports'}
          onChange={(to) => set({ paste: to === 'paste' ? '1' : undefined })}
          data={[
            { value: 'reports', label: 'Test sign-ins' },
            { value: 'paste', label: 'Try something pasted' },
          ]}
        />
      ) : null}
      {paste ? (
        <Preview provider={provider} applicationId={application} />
      ) : report ? (
        <OneReport provider={provider} verification={report} />
      ) : (
        <Reports provider={provider} />
      )}
    </Stack>
  );
}

function OneReport({ provider, verification }: { provider: Provider; verification: string }) {
  const query = useReport(provider.id, verification);
  return (
    <Stack gap="md">
      <BackLink query={{ report: undefined }}>All test sign-ins</BackLink>
      <Shown of={query} rows={4}>
        {(report) => <ReportView report={report} onPassed={afterPassed(provider, report)} />}
      </Shown>
    </Stack>
  );
}

/** What a passed test sign-in leads to. */
function afterPassed({ enabled, staged }: Provider, { revision }: Report): string {
  if (staged?.revision === revision) return 'Make the change live: the button is above.';
  return enabled ? 'Nothing has to be done: people sign in with these settings.' : 'Switch it on: the button is above.';
}

function Reports({ provider }: { provider: Provider }) {
  const query = useReports(provider.id);
  return (
    <Shown of={query} rows={3}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="Nobody has verified it yet">
            A test sign-in tells what to change and where, before anybody else finds out.
          </EmptyState>
        ) : (
          <Paper withBorder radius="lg" style={{ overflow: 'hidden' }}>
            <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover aria-label="Test sign-ins">
              <Table.Tbody>
                {items.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>
                      <RowLink query={{ report: one.id }}>{one.summary.title}</RowLink>
                      <Text size="xs" c="dimmed">
                        Revision {one.revision} · <When at={one.startedAt} />
                      </Text>
                    </Table.Td>
                    <Table.Td w={120} ta="right">
                      <Status tone={reportStates[one.state].tone}>{reportStates[one.state].word}</Status>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
        )
      }
    </Shown>
  );
}
