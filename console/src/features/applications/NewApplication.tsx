import { Modal, Radio, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { FormEnd } from '../../ui/FormEnd.tsx';
import { faultAt } from '../../ui/faults.ts';
import { useChange } from '../../ui/useChange.tsx';
import { Secret } from './Secret.tsx';

export function NewApplication({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const form = useForm({
    initialValues: { name: '', kind: 'confidential' as 'confidential' | 'public', redirectUris: [] as string[] },
  });
  const make = useChange(async (body: typeof form.values) => (await api.POST('/api/v1/applications', { body })).data, {
    touches: ['applications'],
  });
  const open = (id: string): void => {
    onClose();
    void navigate({ to: '/applications/$id', params: { id } });
  };
  const submit = form.onSubmit((values) =>
    make.mutate(values, {
      onSuccess: (application) => {
        if (application?.clientSecret) setMade({ id: application.id, secret: application.clientSecret });
        else if (application) open(application.id);
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={made ? 'Keep the secret now' : 'Add an application'}>
      {made ? (
        <Secret id={made.id} secret={made.secret} onDone={() => open(made.id)} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            <TextInput
              label="Name"
              description="People see it where they are asked for consent"
              required
              data-autofocus
              {...form.getInputProps('name')}
              error={faultAt(make.error, '/name')}
            />
            <Radio.Group label="Where it runs" {...form.getInputProps('kind')}>
              <Stack gap="xs" mt="xs">
                <Radio value="confidential" label="On a server" description="It keeps a secret" />
                <Radio
                  value="public"
                  label="In browsers or on people’s devices"
                  description="It can keep no secret and proves itself by PKCE alone"
                />
              </Stack>
            </Radio.Group>
            <TagsInput
              label="Redirect addresses"
              description="Where people come back to; compared character by character. Press Enter after each."
              placeholder="https://app.company.com/callback"
              required
              {...form.getInputProps('redirectUris')}
              error={faultAt(make.error, '/redirectUris')}
            />
            <FormEnd of={make} fields={['/name', '/redirectUris']} verb="Add" onCancel={onClose} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
