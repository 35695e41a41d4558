import {
  ActionIcon,
  AppShell,
  Avatar,
  Burger,
  Button,
  Group,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { meQuery } from '../api/me.ts';
import { signOut } from '../session/session.ts';
import { MoonIcon, OutIcon, SearchIcon, SunIcon } from '../ui/icons.tsx';
import { NotAllowed } from '../ui/NotAllowed.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { sections } from './pages.ts';

/** What stands around every page: where one is, where one can go, who one is. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip" href="#main">
        Skip to content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Place />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Button
              variant="default"
              size="xs"
              fw={450}
              leftSection={<SearchIcon size={15} />}
              rightSection={<Kbd size="xs">Ctrl K</Kbd>}
              onClick={spotlight.open}
              visibleFrom="sm"
            >
              Go to …
            </Button>
            <ActionIcon variant="subtle" color="gray" onClick={spotlight.open} hiddenFrom="sm" aria-label="Go to …">
              <SearchIcon />
            </ActionIcon>
            <ThemeSwitch />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Pages">
        <ScrollArea type="auto">
          <Navigation onGo={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <div className="page">
          <Page />
        </div>
      </AppShell.Main>
      <CommandPalette />
    </AppShell>
  );
}

/** The page, or why somebody may not see it. */
function Page() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const me = useQuery(meQuery).data;
  const permission = sections
    .flatMap(({ pages }) => pages)
    .find(({ to }) => to !== '/' && (path === to || path.startsWith(`${to}/`)))?.permission;
  if (me && permission !== undefined && !me.permissions.includes(permission as never))
    return <NotAllowed permission={permission} />;
  return <Outlet />;
}

function Place() {
  const tenant = useQuery(meQuery).data?.tenant;
  const name = tenant?.displayName ?? '';
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar size={30} radius="md" color="ink" variant="filled" aria-hidden>
        {name.charAt(0).toUpperCase()}
      </Avatar>
      <Text fw={650} truncate maw={220}>
        {name}
      </Text>
    </Group>
  );
}

function Navigation({ onGo }: { onGo: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const permissions = useQuery(meQuery).data?.permissions ?? [];
  return (
    <Stack gap="md" pb="md">
      {sections.map(({ title, pages }) => {
        const shown = pages.filter(({ permission }) => permission === undefined || permissions.includes(permission));
        if (shown.length === 0) return null;
        return (
          <Stack key={title ?? 'top'} gap={2}>
            {title ? (
              <Text size="xs" fw={600} c="dimmed" px="sm" pb={2}>
                {title}
              </Text>
            ) : null}
            {shown.map(({ to, label, icon: Icon }) => {
              const active = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
              return (
                <NavLink
                  key={to}
                  component={Link}
                  to={to}
                  label={label}
                  leftSection={<Icon />}
                  active={active}
                  aria-current={active ? 'page' : undefined}
                  className="nav-link"
                  onClick={onGo}
                />
              );
            })}
          </Stack>
        );
      })}
    </Stack>
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Use the ${other} theme`}>
      <ActionIcon variant="subtle" color="gray" onClick={() => setColorScheme(other)} aria-label={`Use the ${other} theme`}>
        {scheme === 'dark' ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Tooltip>
  );
}

function Account() {
  const me = useQuery(meQuery).data;
  const name = [me?.firstName, me?.lastName].filter(Boolean).join(' ') || me?.email || 'You';
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton aria-label={`Account: ${name}`}>
          <Avatar size={30} radius="xl" name={name} color="initials" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="bright" truncate>
            {name}
          </Text>
          <Text size="xs" truncate>
            {me?.email}
          </Text>
          <Text size="xs">{me?.roles.join(', ')}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<OutIcon size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
