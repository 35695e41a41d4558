import { Alert, Anchor, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import type { ItemOf } from '../../api/types.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { type Column, ItemTable } from '../../ui/ItemTable.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { ProblemNote } from '../../ui/ProblemNote.tsx';
import { Shown } from '../../ui/Shown.tsx';
import { Status } from '../../ui/Status.tsx';
import { useChange } from '../../ui/useChange.tsx';
import { When } from '../../ui/When.tsx';
import { expiryName } from '../identity-providers/list/expiry-names.ts';

type Expiry = ItemOf<'/api/v1/expiries'>;

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

const states = {
  expired: ['bad', 'Expired'],
  urgent: ['bad', 'Within a week'],
  soon: ['warn', 'Within two months'],
  later: ['quiet', 'Later'],
} as const;

const columns: readonly Column<Expiry>[] = [
  {
    head: 'What',
    cell: (item) => (
      <>
        <Anchor component={Link} to={`/identity-providers/${item.identityProviderId}` as '/'} className="row-link">
          {item.name}
        </Anchor>
        <Text size="sm">{expiryName(item)}</Text>
        <Text size="xs" c="dimmed" ff="monospace" className="timeline-fact">
          {item.what.length > 24 ? `${item.what.slice(0, 24)}…` : item.what}
        </Text>
      </>
    ),
  },
  {
    head: 'When',
    cell: (item) => {
      const [tone, word] = states[item.state];
      return (
        <>
          <Status tone={item.replaced ? 'quiet' : tone}>{item.replaced ? 'Replaced' : word}</Status>
          <Text size="sm" mt={4} component="div">
            <When at={item.expiresAt} />
          </Text>
          <Text size="xs" c="dimmed">
            {day.format(new Date(item.expiresAt))}
          </Text>
        </>
      );
    },
  },
  {
    head: 'What to do',
    wide: true,
    cell: (item) => (
      <Text size="sm" maw={420}>
        {item.replaced ? 'Nothing: another one is there already that will do.' : item.whatToDo}
      </Text>
    ),
  },
];

export function ExpiriesPage() {
  const query = useQuery({ queryKey: ['expiries'], queryFn: async () => (await api.GET('/api/v1/expiries', {})).data });
  return (
    <>
      <PageHead
        title="Expiries"
        about="Certificates, keys and secrets that run out, soonest first. Administrators get mail 60, 30, 7 and 1 days ahead."
        actions={query.data && query.data.items.length > 0 ? <Calendar /> : null}
      />
      <Shown of={query}>
        {({ items, noticesAreSent }) => (
          <>
            {noticesAreSent ? null : (
              <Alert color="yellow" variant="light" mb="md" title="No mail is sent">
                This service has no mail server, so nobody is warned by mail. Look here, or ask the operator to set
                SALLYPORT_SMTP_URL.
              </Alert>
            )}
            {items.length === 0 ? (
              <EmptyState title="Nothing runs out">No certificate, key or secret with an end is known yet.</EmptyState>
            ) : (
              <ItemTable
                label="Expiries"
                rows={items}
                columns={columns}
                keyOf={(item) => `${item.identityProviderId} ${item.what} ${item.expiresAt}`}
              />
            )}
          </>
        )}
      </Shown>
    </>
  );
}

/** The same for a calendar program. */
function Calendar() {
  const save = useChange(() => download('/api/v1/expiries.ics', { name: 'expiries.ics' }), { touches: [] });
  return (
    <>
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
        Download calendar
      </Button>
      {save.error ? <ProblemNote error={save.error} /> : null}
    </>
  );
}
