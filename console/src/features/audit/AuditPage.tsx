import { Button, Drawer, Group, Menu, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { tenantUrl } from '../../place.ts';
import { accessToken } from '../../session/session.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { FactValue } from '../../ui/Timeline.tsx';
import { When } from '../../ui/When.tsx';

interface AuditEvent {
  id: string;
  sequence: number;
  at: string;
  action: string;
  actor: string;
  target: string;
  reference?: string;
  code?: string;
  before?: unknown;
  after?: unknown;
  hash: string;
}

export function AuditPage() {
  const [action, setAction] = useState('');
  const [target, setTarget] = useState('');
  const [filter] = useDebouncedValue({ action: action.trim() || undefined, target: target.trim() || undefined }, 300);
  const [open, setOpen] = useState<AuditEvent>();
  const list = usePages<AuditEvent>(['audit-events', filter], async (cursor) => {
    const { data } = await api.GET('/api/v1/audit-events', { params: { query: { limit: 50, cursor, ...filter } } });
    return data as { items: AuditEvent[]; next: string | null } | undefined;
  });
  return (
    <>
      <PageHead
        title="Audit log"
        about="Who changed what, and when. Each entry is chained to the one before it: none can be changed or left out unseen."
        actions={<Download />}
      />
      <Group mb="md" gap="sm">
        <TextInput
          label="Action"
          placeholder="identity-provider.changed"
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
          w={{ base: '100%', sm: 260 }}
        />
        <TextInput
          label="Target"
          placeholder="user:usr_…"
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
          w={{ base: '100%', sm: 260 }}
        />
      </Group>
      <DataTable
        label="Audit events"
        of={list}
        keyOf={({ id }) => id}
        empty={<EmptyState title="Nothing matches">No event has this action and this target.</EmptyState>}
        columns={[
          {
            head: 'What',
            cell: (event) => (
              <UnstyledButton className="row-link" onClick={() => setOpen(event)} aria-label={`Open ${event.action}`}>
                {event.action}
              </UnstyledButton>
            ),
          },
          { head: 'Who', cell: (event) => <Text size="sm">{event.actor}</Text> },
          { head: 'On', wide: true, cell: (event) => <Text size="sm">{event.target}</Text> },
          { head: 'When', cell: (event) => <When at={event.at} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" size="lg" title={open?.action}>
        {open ? <Details event={open} /> : null}
      </Drawer>
    </>
  );
}

function Details({ event }: { event: AuditEvent }) {
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ['Number', event.sequence],
          ['When', <When at={event.at} />],
          ['Who', event.actor],
          ['On', event.target],
          ['Reference', event.reference],
          ['Problem', event.code],
        ]}
      />
      {event.before === undefined && event.after === undefined ? null : (
        <Stack gap="xs">
          {event.before === undefined ? null : (
            <>
              <Text size="sm" fw={600}>
                Before
              </Text>
              <FactValue value={event.before} />
            </>
          )}
          {event.after === undefined ? null : (
            <>
              <Text size="sm" fw={600}>
                After
              </Text>
              <FactValue value={event.after} />
            </>
          )}
        </Stack>
      )}
      <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {event.hash}
      </Text>
    </Stack>
  );
}

function Download() {
  const save = async (format: 'ndjson' | 'csv'): Promise<void> => {
    const answer = await fetch(`${tenantUrl}/api/v1/audit-events?format=${format}`, {
      headers: { authorization: `Bearer ${accessToken() ?? ''}` },
    });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `audit.${format}`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">Download</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('csv')}>CSV, for a spreadsheet</Menu.Item>
        <Menu.Item onClick={() => void save('ndjson')}>NDJSON, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
