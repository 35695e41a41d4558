import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../api/client.ts';
import { meQuery } from '../../api/me.ts';
import { ArrowIcon, CheckIcon } from '../../ui/icons.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Status } from '../../ui/Status.tsx';

/** Where things stand, and what comes next. */
export function OverviewPage() {
  const me = useQuery(meQuery).data;
  const may = (permission: string): boolean => me?.permissions.includes(permission) ?? false;
  return (
    <>
      <PageHead title="Overview" about={me ? `${me.tenant.displayName} signs in at ${me.tenant.url}` : undefined} />
      <Stack gap="lg">
        {may('identity-providers:read') ? <Checklist /> : null}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          {may('identity-providers:read') ? <Providers /> : null}
          {may('sign-ins:read') ? <Refusals /> : null}
          {may('identity-providers:read') ? <Ahead /> : null}
        </SimpleGrid>
        {me && me.permissions.length === 0 ? (
          <Paper withBorder radius="lg" p="xl">
            <Text>
              You are signed in, and your roles do not let you administer anything. Ask a Full Administrator if that is wrong.
            </Text>
          </Paper>
        ) : null}
      </Stack>
    </>
  );
}

const useProvidersList = () =>
  useQuery({
    queryKey: ['identity-providers', 'list'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers', { params: { query: { limit: 200 } } })).data,
  });

function Checklist() {
  const providers = useProvidersList().data?.items;
  const domains = useQuery({ queryKey: ['domains'], queryFn: async () => (await api.GET('/api/v1/domains', {})).data }).data
    ?.items;
  const applications = useQuery({
    queryKey: ['applications', 'some'],
    queryFn: async () => (await api.GET('/api/v1/applications', { params: { query: { limit: 1 } } })).data,
    retry: false,
  }).data?.items;
  const signIns = useQuery({
    queryKey: ['sign-ins', 'some'],
    queryFn: async () => (await api.GET('/api/v1/sign-ins', { params: { query: { limit: 1, outcome: 'signed-in' } } })).data,
    retry: false,
  }).data?.items;
  if (!providers || !domains) return null;
  const steps = [
    {
      done: domains.some(({ state }) => state !== 'pending'),
      title: 'Prove a mail domain',
      to: '/domains',
      verb: 'Add a domain',
    },
    { done: providers.length > 0, title: 'Connect your identity provider', to: '/identity-providers', verb: 'Connect' },
    {
      done: providers.some(({ verified, enabled }) => verified || enabled),
      title: 'Test it, and switch it on',
      to: '/identity-providers',
      verb: 'Test',
    },
    { done: (applications?.length ?? 0) > 0, title: 'Register an application', to: '/applications', verb: 'Register' },
    { done: (signIns?.length ?? 0) > 0, title: 'Sign somebody in', to: '/sign-ins', verb: 'Look' },
  ];
  const left = steps.filter(({ done }) => !done).length;
  if (left === 0) return null;
  return (
    <Paper withBorder radius="lg" p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Setting up</Title>
        <Text size="sm" c="dimmed">
          {steps.length - left} of {steps.length} done
        </Text>
      </Group>
      <Stack gap={0} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        {steps.map(({ done, title, to, verb }, index) => (
          <Group
            key={title}
            component="li"
            py="xs"
            gap="sm"
            justify="space-between"
            style={{ borderTop: index === 0 ? undefined : '1px solid var(--mantine-color-default-border)' }}
          >
            <Group gap="sm">
              <ThemeIcon variant="light" color={done ? 'teal' : 'gray'} radius="xl" size={26}>
                {done ? <CheckIcon size={15} /> : <Text size="xs">{index + 1}</Text>}
              </ThemeIcon>
              <Text size="sm" c={done ? 'dimmed' : undefined} fw={done ? 400 : 550}>
                {title}
                <span className="skip">{done ? ' (done)' : ''}</span>
              </Text>
            </Group>
            {done ? null : (
              <Button component={Link} to={to} size="xs" variant="light" rightSection={<ArrowIcon size={14} />}>
                {verb}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

function Card({ title, to, more, children }: { title: string; to: string; more: string; children: ReactNode }) {
  return (
    <Paper withBorder radius="lg" p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{title}</Title>
        <Anchor component={Link} to={to} size="sm">
          {more}
        </Anchor>
      </Group>
      {children}
    </Paper>
  );
}

const Nothing = ({ children }: { children: string }) => (
  <Text size="sm" c="dimmed">
    {children}
  </Text>
);

const healths = {
  ok: ['good', 'Healthy'],
  warning: ['warn', 'Look at it'],
  failing: ['bad', 'Failing'],
  unknown: ['quiet', 'Not used yet'],
  off: ['quiet', 'Off'],
} as const;

function Providers() {
  const { data } = useQuery({
    queryKey: ['identity-providers', 'health'],
    queryFn: async () => (await api.GET('/api/v1/identity-providers/health', { params: { query: { limit: 50 } } })).data,
  });
  return (
    <Card title="Identity providers" to="/identity-providers" more="All">
      {data?.items.length === 0 ? <Nothing>None is connected yet.</Nothing> : null}
      <Stack gap="sm">
        {data?.items.slice(0, 6).map((provider) => {
          const [tone, word] = healths[provider.state];
          return (
            <Group key={provider.identityProviderId} justify="space-between" wrap="nowrap" align="flex-start">
              <div>
                <Anchor
                  component={Link}
                  to={`/identity-providers/${provider.identityProviderId}` as '/'}
                  className="row-link"
                  size="sm"
                >
                  {provider.name}
                </Anchor>
                {provider.reasons[0] ? (
                  <Text size="xs" c="dimmed">
                    {provider.reasons[0].text}
                  </Text>
                ) : null}
              </div>
              <Status tone={tone}>{word}</Status>
            </Group>
          );
        })}
      </Stack>
    </Card>
  );
}

function Refusals() {
  const { data } = useQuery({
    queryKey: ['sign-ins', 'refused'],
    queryFn: async () => (await api.GET('/api/v1/sign-ins', { params: { query: { limit: 100, outcome: 'refused' } } })).data,
  });
  const causes = [...Map.groupBy(data?.items ?? [], ({ code }) => code ?? '')].sort(
    ([, one], [, other]) => other.length - one.length,
  );
  const most = causes[0]?.[1].length ?? 1;
  return (
    <Card title="Refused lately" to="/sign-ins?outcome=refused" more="Log">
      {data && causes.length === 0 ? <Nothing>Nobody was refused.</Nothing> : null}
      <Stack gap="xs">
        {causes.slice(0, 5).map(([code, items]) => (
          <div key={code}>
            <Group justify="space-between" gap="xs">
              <Anchor component={Link} to="/sign-ins" search={{ outcome: 'refused', code } as never} size="sm" ff="monospace">
                {code}
              </Anchor>
              <Text size="sm" className="figure">
                {items.length}
              </Text>
            </Group>
            <svg width="100%" height="6" aria-hidden="true">
              <rect width="100%" height="6" rx="3" fill="var(--mantine-color-default-border)" />
              <rect width={`${Math.max(2, (items.length / most) * 100)}%`} height="6" rx="3" fill="var(--mantine-color-red-6)" />
            </svg>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

function Ahead() {
  const { data } = useQuery({
    queryKey: ['expiries', 60],
    queryFn: async () => (await api.GET('/api/v1/expiries', { params: { query: { within: 60 } } })).data,
  });
  const ahead = data?.items.filter(({ replaced }) => !replaced) ?? [];
  return (
    <Card title="Running out" to="/expiries" more="Calendar">
      {data && ahead.length === 0 ? <Nothing>Nothing within 60 days.</Nothing> : null}
      <Stack gap="sm">
        {ahead.slice(0, 5).map((item) => (
          <Group key={`${item.identityProviderId} ${item.what}`} justify="space-between" wrap="nowrap">
            <Text size="sm">{item.name}</Text>
            <Status tone={item.state === 'soon' ? 'warn' : 'bad'}>
              {item.state === 'expired' ? 'Expired' : `${item.daysLeft} days`}
            </Status>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
