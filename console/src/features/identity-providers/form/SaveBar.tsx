import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { plural } from '../words.ts';
import type { Field } from './field.ts';

interface Props {
  changed: readonly Field[];
  /** Whether people sign in through it, so that some changes wait. */
  live: boolean;
  isStaged: boolean;
  faults: number;
  pending: boolean;
  error: unknown;
  onDiscard: () => void;
  onOverride: (reason: string) => void;
}

/** What would be saved, and which of it waits for a test; there as long as something is not saved. */
export function SaveBar({ changed, live, isStaged, faults, pending, error, onDiscard, onOverride }: Props) {
  const [asking, ask] = useDisclosure();
  if (changed.length === 0) return null;
  const waiting = live ? changed.filter(({ waits }) => waits === true) : [];
  const loosened = live ? changed.filter(({ waits }) => waits === 'loosened') : [];
  return (
    <Paper withBorder shadow="md" radius="lg" p="md" className="save-bar">
      <Group justify="space-between" gap="md">
        <Stack gap={0} flex={1} miw={200} aria-live="polite">
          <Text size="sm" fw={600}>
            {faults > 0
              ? `${plural(faults, 'field')} to mend before it can be saved`
              : `${plural(changed.length, 'change')} not saved yet`}
          </Text>
          <Text size="xs" c="dimmed">
            {tell(waiting, loosened, isStaged, live)}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button variant="default" onClick={onDiscard} disabled={pending}>
            Undo
          </Button>
          {waiting.length + loosened.length > 0 ? (
            <Button variant="subtle" color="gray" onClick={ask.open} disabled={faults > 0}>
              Save and make it live …
            </Button>
          ) : null}
          <Button type="submit" loading={pending}>
            {waiting.length > 0 ? 'Save, then verify' : 'Save'}
          </Button>
        </Group>
      </Group>
      <ReasonModal
        opened={asking}
        onClose={ask.close}
        title="Make it live unverified?"
        verb="Save and make it live"
        pending={pending}
        error={asking ? error : undefined}
        onConfirm={onOverride}
      >
        If the change is wrong, nobody can sign in until it is taken back. It changes{' '}
        {[...waiting, ...loosened].map(({ label }) => `“${label}”`).join(', ')}.
      </ReasonModal>
    </Paper>
  );
}

function tell(waiting: readonly Field[], loosened: readonly Field[], isStaged: boolean, live: boolean): string {
  const names = (fields: readonly Field[]): string => fields.map(({ label }) => label).join(', ');
  if (!live) return 'It is switched off, so everything is saved at once.';
  if (waiting.length > 0) return `Waits for Verify before it counts: ${names(waiting)}.`;
  if (loosened.length > 0) return `Waits for Verify if it allows more than before: ${names(loosened)}.`;
  return isStaged ? 'Counts at once, and is put on the waiting change as well.' : 'Counts at once for everybody who signs in.';
}
