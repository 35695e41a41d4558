import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ProblemNote } from './ProblemNote.tsx';

interface Props {
  opened: boolean;
  title: string;
  children: ReactNode;
  verb: string;
  pending: boolean;
  error: unknown;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks why, before something is done that the rules advise against. The reason is kept in the audit log. */
export function ReasonModal({ opened, title, children, verb, pending, error, onConfirm, onClose }: Props) {
  const [reason, setReason] = useState('');
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '') onConfirm(reason.trim());
        }}
      >
        <Stack gap="md">
          <Text size="sm" component="div">
            {children}
          </Text>
          {error ? <ProblemNote error={error} /> : null}
          <TextInput
            label="Reason"
            description="Kept in the audit log, with your name."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red" loading={pending} disabled={reason.trim() === ''}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
