import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { type Provider, patchProvider, touched } from '../api.ts';

/** Switches a provider on or off; on without a passed Verify only for a reason, which `dialog` asks for. */
export function useSwitch(provider: Provider, onSwitched?: () => void) {
  const [asking, { open, close }] = useDisclosure();
  const change = useChange(
    ({ enabled, override }: { enabled: boolean; override?: string }) => patchProvider(provider.id, { enabled }, { override }),
    { touches: touched, done: `${provider.name} is switched ${provider.enabled ? 'off' : 'on'}` },
  );
  const done = {
    onSuccess: () => {
      close();
      onSwitched?.();
    },
  };
  const dialog: ReactNode = (
    <ReasonModal
      opened={asking}
      onClose={close}
      title="Switch on unverified?"
      verb="Switch on anyway"
      pending={change.isPending}
      error={change.error}
      onConfirm={(override) => change.mutate({ enabled: true, override }, done)}
    >
      Nobody has signed in through these settings yet. If one of them is wrong, people cannot sign in, or the wrong people can.
    </ReasonModal>
  );
  return {
    switchTo: (enabled: boolean): void => change.mutate({ enabled }, done),
    /** Asks for the reason. */
    askToOverride: open,
    dialog,
    pending: change.isPending,
    /** What went wrong, unless the dialog shows it. */
    error: asking ? undefined : change.error,
  };
}
