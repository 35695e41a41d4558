import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNote } from './ProblemNote.tsx';

interface Props {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** What the button does, as a verb. */
  verb: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that is not easily undone, in words that say what will be gone. */
export function Confirm({ opened, title, children, verb, pending, error, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {error ? <ProblemNote error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" onClick={onConfirm} loading={pending}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
