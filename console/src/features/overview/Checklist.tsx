import { Button, Group, Paper, Progress, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { useMay } from '../../api/me.ts';
import { ArrowIcon, CheckIcon } from '../../ui/icons.tsx';

interface Task {
  done: boolean;
  title: string;
  why: string;
  to: string;
  verb: string;
}

/** What a new organisation has to do, in order; gone once all of it is done. */
export function Checklist() {
  const tasks = useTasks();
  if (!tasks) return null;
  const done = tasks.filter((task) => task.done).length;
  if (done === tasks.length) return null;
  const next = tasks.find((task) => !task.done);
  return (
    <Paper withBorder radius="lg" p="lg">
      <Group justify="space-between" mb={6}>
        <Title order={2}>Setting up</Title>
        <Text size="sm" c="dimmed">
          {done} of {tasks.length} done
        </Text>
      </Group>
      <Progress value={(100 * done) / tasks.length} size="xs" mb="xs" aria-label={`${done} of ${tasks.length} done`} />
      <Stack gap={0} component="ol" className="plain-list parted">
        {tasks.map((task, index) => (
          <Line key={task.title} task={task} number={index + 1} isNext={task === next} />
        ))}
      </Stack>
    </Paper>
  );
}

function Line({ task: { done, title, why, to, verb }, number, isNext }: { task: Task; number: number; isNext: boolean }) {
  return (
    <Group component="li" py="xs" gap="sm" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color={done ? 'teal' : isNext ? 'ink' : 'gray'} radius="xl" size={26} aria-hidden>
          {done ? <CheckIcon size={15} /> : <Text size="xs">{number}</Text>}
        </ThemeIcon>
        <div>
          <Text size="sm" lh="26px" c={done ? 'dimmed' : undefined} fw={done ? 400 : 600}>
            {title}
            {done ? <VisuallyHidden> (done)</VisuallyHidden> : null}
          </Text>
          {done ? null : (
            <Text size="xs" c="dimmed">
              {why}
            </Text>
          )}
        </div>
      </Group>
      {done ? null : (
        <Button
          component={Link}
          to={to as '/'}
          size="xs"
          variant={isNext ? 'filled' : 'default'}
          rightSection={<ArrowIcon size={14} />}
          className="keep-width"
        >
          {verb}
        </Button>
      )}
    </Group>
  );
}

/** Undefined until it is known; what somebody may not see is not asked for and not on their list. */
function useTasks(): Task[] | undefined {
  const providers = useQuery({
    queryKey: ['identity-providers', 'list'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers', { params: { query: { limit: 200 } } })).data,
  }).data?.items;
  const domains = useSome('domains', async () => (await api.GET('/api/v1/domains', {})).data);
  const applications = useSome(
    'applications',
    async () => (await api.GET('/api/v1/applications', { params: { query: { limit: 1 } } })).data,
  );
  const signIns = useSome(
    'sign-ins',
    async () => (await api.GET('/api/v1/sign-ins', { params: { query: { limit: 1, outcome: 'signed-in' } } })).data,
  );
  if (!providers || domains.waits || applications.waits || signIns.waits) return undefined;
  const on = providers.find(({ enabled }) => enabled);
  const newest = providers[0];
  const all: (Task & { isTheirs: boolean })[] = [
    {
      isTheirs: true,
      done: providers.length > 0,
      title: 'Connect your identity provider',
      why: 'Entra, Okta, Google or any other that speaks SAML or OpenID Connect. It says step by step where to click.',
      to: '/identity-providers/new',
      verb: 'Connect',
    },
    {
      isTheirs: true,
      done: on !== undefined,
      title: 'Verify it, and switch it on',
      why: 'A test sign-in that changes nothing, and says what to mend.',
      to: newest ? `/identity-providers/${newest.id}/verify` : '/identity-providers',
      verb: 'Verify',
    },
    {
      isTheirs: domains.items !== undefined,
      done: domains.items?.some(({ state }) => state !== 'pending') ?? false,
      title: 'Prove a mail domain',
      why: 'So that people are sent to their provider by their address, and accounts are found by it.',
      to: '/domains',
      verb: 'Add a domain',
    },
    {
      isTheirs: applications.items !== undefined,
      done: (applications.items?.length ?? 0) > 0,
      title: 'Register an application',
      why: 'What people sign in to. Code for five languages comes with it.',
      to: '/applications',
      verb: 'Register',
    },
    {
      isTheirs: signIns.items !== undefined,
      done: (signIns.items?.length ?? 0) > 0,
      title: 'Sign somebody in',
      why: 'Open the application, and look at the sign-in here.',
      to: '/sign-ins',
      verb: 'Open the log',
    },
  ];
  return all.filter(({ isTheirs }) => isTheirs);
}

function useSome<Item>(
  of: 'domains' | 'applications' | 'sign-ins',
  read: () => Promise<{ items: Item[] } | undefined>,
): { items: Item[] | undefined; waits: boolean } {
  const may = useMay(`${of}:read`);
  const { data, isPending } = useQuery({ queryKey: [of, 'some'], queryFn: read, enabled: may });
  return { items: data?.items, waits: may && isPending };
}
