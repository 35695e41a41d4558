import { Accordion, Alert, Anchor, Code, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Findings, Report } from '../api.ts';
import { places, plural } from '../words.ts';
import { MappingTable } from './MappingTable.tsx';
import { Memberships } from './Memberships.tsx';
import { Person } from './Person.tsx';
import { RemedyLink } from './RemedyLink.tsx';
import { Steps } from './Steps.tsx';
import { ClaimTable, Tokens } from './Tokens.tsx';

interface Props {
  report: Report;
  /** What a passed one leads to. */
  onPassed: string;
}

/** A test sign-in as something that can be read aloud: first what to do, then everything that led to it. */
export function ReportView({ report, onPassed }: Props) {
  const queries = useQueryClient();
  const { identityProviderId: id, state } = report;
  // Whether it is verified is known to the provider, and it may just have changed.
  useEffect(() => {
    if (state !== 'waiting') void queries.invalidateQueries({ queryKey: ['identity-providers', id], exact: true });
  }, [queries, id, state]);
  return (
    <Stack gap="lg">
      <Summary report={report} onPassed={onPassed} />
      {report.state === 'waiting' ? null : (
        <>
          <FindingsView findings={report} open={report.state === 'failed' ? ['steps'] : ['mappings', 'person']} />
          <Group gap="md">
            <Text size="sm" c="dimmed">
              Reference <Code>{report.reference}</Code>
            </Text>
            {report.steps.length > 0 ? (
              <Anchor component={Link} to={`/sign-ins/${report.reference}` as '/'} size="sm">
                Open in the sign-in log
              </Anchor>
            ) : null}
          </Group>
        </>
      )}
    </Stack>
  );
}

const tones = { passed: 'teal', failed: 'red', expired: 'yellow', waiting: 'ink' } as const;

/** The outcome, told to screen readers as it comes. */
function Summary({ report, onPassed }: Props) {
  const { state, summary, identityProviderId, person } = report;
  return (
    <div aria-live="polite">
      <Alert
        variant="light"
        color={tones[state]}
        title={
          <Group gap="sm">
            {state === 'waiting' ? <Loader size={14} aria-hidden /> : null}
            {state === 'waiting' ? 'Waiting for the test sign-in' : summary.title}
          </Group>
        }
      >
        <Stack gap="xs">
          <Text size="sm">
            {state === 'waiting'
              ? 'Sign in as yourself in the tab that has opened. Nothing here is changed by it, and this page follows by itself.'
              : state === 'passed'
                ? onPassed
                : summary.whatToDo}
          </Text>
          {state === 'waiting' && summary.whatToDo ? (
            <Text size="xs" c="dimmed">
              {summary.whatToDo}
            </Text>
          ) : null}
          {state === 'failed' || state === 'expired' ? (
            <Group gap="md">
              <Text size="sm" fw={600}>
                {places[summary.where]}
              </Text>
              <RemedyLink
                identityProviderId={identityProviderId}
                pointer={summary.pointer}
                userId={person?.user?.id ?? undefined}
              />
              {summary.code ? <Code>{summary.code}</Code> : null}
            </Group>
          ) : null}
        </Stack>
      </Alert>
    </div>
  );
}

/** Everything that was found, a part at a time. */
export function FindingsView({
  findings,
  open,
}: {
  findings: Pick<Findings, 'steps' | 'claims' | 'mappings' | 'person' | 'groups' | 'roles' | 'tokens' | 'warnings'>;
  open: string[];
}) {
  const { steps, claims, mappings, person, groups, roles, tokens, warnings } = findings;
  const parts = [
    warnings.length > 0 && {
      id: 'warnings',
      title: plural(warnings.length, 'remark'),
      content: (
        <List size="sm" spacing="xs">
          {warnings.map(({ code, detail }) => (
            <List.Item key={`${code} ${detail}`}>{detail}</List.Item>
          ))}
        </List>
      ),
    },
    mappings.length > 0 && { id: 'mappings', title: 'Attributes', content: <MappingTable mappings={mappings} /> },
    person && { id: 'person', title: 'Person', content: <Person person={person} /> },
    groups && { id: 'groups', title: 'Groups', content: <Memberships of={groups} what="group" /> },
    roles && { id: 'roles', title: 'Roles', content: <Memberships of={roles} what="role" /> },
    steps.length > 0 && {
      id: 'steps',
      title: `What happened, in ${plural(steps.length, 'step')}`,
      content: <Steps steps={steps} />,
    },
    claims && { id: 'claims', title: 'Claims as they came', content: <ClaimTable claims={claims} /> },
    tokens && { id: 'tokens', title: 'What applications would get', content: <Tokens tokens={tokens} /> },
  ].filter((part) => part !== false && part !== null && part !== undefined);
  return (
    <Accordion multiple defaultValue={[...open, 'warnings']} variant="separated" radius="lg" chevronPosition="left">
      {parts.map(({ id, title, content }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>
            <Text fw={600} size="sm">
              {title}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>{content}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
