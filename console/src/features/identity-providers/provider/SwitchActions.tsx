import { Button, Group, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Confirm } from '../../../ui/Confirm.tsx';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, patchProvider, touched } from '../api.ts';
import { useGoToTab } from '../routes.ts';

/** On, off, and how to get there. */
export function SwitchActions({ provider }: { provider: Provider }) {
  const goTo = useGoToTab();
  const [asking, ask] = useDisclosure();
  const [leaving, leave] = useDisclosure();
  const change = useChange(
    ({ enabled, override }: { enabled: boolean; override?: string }) => patchProvider(provider.id, { enabled }, { override }),
    { touches: touched, done: provider.enabled ? 'Switched off' : 'Switched on' },
  );
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
          pending={change.isPending}
          error={change.error}
          onConfirm={() => change.mutate({ enabled: false }, { onSuccess: leave.close })}
        >
          Nobody can sign in through it from this moment. Settings and accounts stay.
        </Confirm>
      </>
    );
  return (
    <Group gap="xs">
      {provider.verified ? (
        <Button onClick={() => change.mutate({ enabled: true })} loading={change.isPending}>
          Switch on
        </Button>
      ) : (
        <Menu position="bottom-end">
          <Button onClick={() => goTo(provider.id, 'test')}>Test it, then switch on</Button>
          <Menu.Target>
            <Button variant="default" aria-label="More ways to switch on">
              …
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={ask.open}>Switch on without a test …</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <ReasonModal
        opened={asking}
        onClose={ask.close}
        title="Switch on without a passed test?"
        verb="Switch on anyway"
        pending={change.isPending}
        error={change.error}
        onConfirm={(override) => change.mutate({ enabled: true, override }, { onSuccess: ask.close })}
      >
        Nobody has signed in through these settings yet. If one of them is wrong, people cannot sign in, or the wrong people can.
      </ReasonModal>
    </Group>
  );
}
