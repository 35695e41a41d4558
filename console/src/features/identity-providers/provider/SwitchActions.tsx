import { Button, Group, Menu, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Confirm } from '../../../ui/Confirm.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import type { Provider } from '../api.ts';
import { useGoToTab } from '../routes.ts';
import { useSwitch } from './switching.tsx';

/** On, off, and how to get there. */
export function SwitchActions({ provider }: { provider: Provider }) {
  const goTo = useGoToTab();
  const [leaving, leave] = useDisclosure();
  const { switchTo, askToOverride, dialog, pending, error } = useSwitch(provider, leave.close);
  if (provider.enabled)
    return (
      <>
        <Button variant="default" onClick={leave.open}>
          Switch off
        </Button>
        <Confirm
          opened={leaving}
          onClose={leave.close}
          title={`Switch off ${provider.name}?`}
          verb="Switch off"
          pending={pending}
          error={error}
          onConfirm={() => switchTo(false)}
        >
          Nobody can sign in through it from this moment. Settings and accounts stay.
        </Confirm>
      </>
    );
  return (
    <Stack gap="xs" align="flex-end">
      {provider.verified ? (
        <Button onClick={() => switchTo(true)} loading={pending}>
          Switch on
        </Button>
      ) : (
        <Menu position="bottom-end">
          <Group gap="xs">
            <Button onClick={() => goTo(provider.id, 'verify')}>Verify it, then switch on</Button>
            <Menu.Target>
              <Button variant="default" aria-label="More ways to switch on">
                …
              </Button>
            </Menu.Target>
          </Group>
          <Menu.Dropdown>
            <Menu.Item onClick={askToOverride}>Switch on unverified …</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {error ? <ProblemNote error={error} /> : null}
      {dialog}
    </Stack>
  );
}
