import { Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DeleteButton } from '../../ui/DeleteButton.tsx';
import { useChange } from '../../ui/useChange.tsx';
import type { Application } from './ApplicationsPage.tsx';
import { Secret } from './Secret.tsx';

/** What can be done to an application as a whole. */
export function ApplicationActions({ application }: { application: Application }) {
  const path = { params: { path: { id: application.id } } };
  return (
    <Group gap="xs">
      {application.tokenEndpointAuthMethod.startsWith('client_secret') ? <NewSecret application={application} /> : null}
      <DeleteButton name={application.name} list="applications" remove={() => api.DELETE('/api/v1/applications/{id}', path)}>
        Nobody can sign in to it any more, and its tokens stop working.
      </DeleteButton>
    </Group>
  );
}

function NewSecret({ application: { id } }: { application: Application }) {
  const [asking, { open, close }] = useDisclosure();
  const [secret, setSecret] = useState<string>();
  const renew = useChange(async () => (await api.POST('/api/v1/applications/{id}/secret', { params: { path: { id } } })).data, {
    touches: ['applications'],
  });
  const confirm = (): void =>
    renew.mutate(undefined, {
      onSuccess: (made) => {
        close();
        setSecret(made?.clientSecret ?? undefined);
      },
    });
  return (
    <>
      <Button variant="default" onClick={open}>
        New secret
      </Button>
      <Confirm
        opened={asking}
        title="Make a new secret?"
        verb="Make it"
        pending={renew.isPending}
        error={renew.error}
        onClose={close}
        onConfirm={confirm}
      >
        The present one stops working at once: have the application’s configuration at hand.
      </Confirm>
      <Modal opened={secret !== undefined} onClose={() => setSecret(undefined)} title="Keep the secret now">
        <Secret id={id} secret={secret ?? ''} onDone={() => setSecret(undefined)} />
      </Modal>
    </>
  );
}
