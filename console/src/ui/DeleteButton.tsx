import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Confirm } from './Confirm.tsx';
import { useChange } from './useChange.tsx';

interface Props {
  name: string;
  remove: () => Promise<unknown>;
  /** Where the list is, and the key that it is kept by. */
  list: string;
  /** What will be gone. */
  children: ReactNode;
}

/** Deletes what the page is about, after asking, and goes back to the list. */
export function DeleteButton({ name, remove, list, children }: Props) {
  const navigate = useNavigate();
  const [asking, { open, close }] = useDisclosure();
  const change = useChange(async () => void (await remove()), { touches: [list], done: `${name} was deleted` });
  return (
    <>
      <Button variant="default" className="danger" onClick={open}>
        Delete
      </Button>
      <Confirm
        opened={asking}
        title={`Delete ${name}?`}
        verb="Delete"
        pending={change.isPending}
        error={change.error}
        onClose={close}
        onConfirm={() => change.mutate(undefined, { onSuccess: () => void navigate({ to: `/${list}` as '/' }) })}
      >
        {children}
      </Confirm>
    </>
  );
}
