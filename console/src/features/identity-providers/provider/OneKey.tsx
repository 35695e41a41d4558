import { Button, Collapse, CopyButton, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import { tenantUrl } from '../../../place.ts';
import { Confirm } from '../../../ui/Confirm.tsx';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { Status } from '../../../ui/Status.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { When } from '../../../ui/When.tsx';
import { type OwnKey, type Provider, touched } from '../api.ts';

const states = {
  next: { word: 'Next', tone: 'info', told: 'Published and accepted. Hand it to the provider, then let it take over.' },
  active: { word: 'In use', tone: 'good', told: '' },
  retired: { word: 'Replaced', tone: 'quiet', told: 'Still published and accepted, until you remove it.' },
} as const;

/** One key of ours: what it is, and its next step. */
export function OneKey({ provider, own, mayChange }: { provider: Provider; own: OwnKey; mayChange: boolean }) {
  const [open, { toggle }] = useDisclosure();
  const { word, tone, told } = states[own.state];
  return (
    <Paper withBorder radius="md" p="md">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2}>
            <Group gap="xs">
              <Status tone={tone}>{word}</Status>
              <Text size="sm" component="div">
                Ends <When at={own.expiresAt} />
              </Text>
            </Group>
            <Text size="xs" c="dimmed" component="div">
              {own.plannedAt ? (
                <>
                  Takes over by itself <When at={own.plannedAt} />
                </>
              ) : (
                told || (
                  <>
                    In use since <When at={own.activatedAt ?? own.createdAt} />
                  </>
                )
              )}
            </Text>
          </Stack>
          <Group gap="xs">
            <CopyButton value={own.certificate} timeout={1600}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy certificate'}
                </Button>
              )}
            </CopyButton>
            <Button
              size="xs"
              variant="default"
              component="a"
              href={`${tenantUrl}/sso/${provider.slug}/certificate/${own.id}.pem`}
              download
            >
              Download
            </Button>
            <Button size="xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={open}>
              {open ? 'Less' : 'More'}
            </Button>
          </Group>
        </Group>
        {mayChange && own.state !== 'active' ? <Steps provider={provider} own={own} /> : null}
        <Collapse expanded={open}>
          <Stack gap="sm" pt="xs">
            <CopyValue label="Thumbprint, SHA-256" value={own.thumbprints.sha256} />
            <CopyValue label="Thumbprint, SHA-1 (Microsoft shows this one)" value={own.thumbprints.sha1} />
            <CopyValue label="Public key (JWK)" value={JSON.stringify(own.jwk, null, 2)} />
          </Stack>
        </Collapse>
      </Stack>
    </Paper>
  );
}

function useKeySteps({ id }: Provider, { id: key }: OwnKey) {
  const params = { path: { id, key } };
  const told = { touches: touched };
  const activate = useChange(
    async (at: string | null | undefined) =>
      (await api.POST('/api/v1/identity-providers/{id}/keys/{key}/activate', { params, body: at === undefined ? {} : { at } }))
        .data,
    { ...told, done: 'Done' },
  );
  const retire = useChange(async () => (await api.POST('/api/v1/identity-providers/{id}/keys/{key}/retire', { params })).data, {
    ...told,
    done: 'Taken back',
  });
  const remove = useChange(async () => (await api.DELETE('/api/v1/identity-providers/{id}/keys/{key}', { params })).data, {
    ...told,
    done: 'Removed',
  });
  return { activate, retire, remove };
}

function Steps({ provider, own }: { provider: Provider; own: OwnKey }) {
  const { activate, retire, remove } = useKeySteps(provider, own);
  const [planning, plan] = useDisclosure();
  const [removing, ask] = useDisclosure();
  const [at, setAt] = useState('');
  const error = activate.error ?? retire.error;
  return (
    <>
      {error && !planning ? <ProblemNote error={error} /> : null}
      <Group gap="xs">
        <Button size="xs" onClick={() => activate.mutate(undefined)} loading={activate.isPending}>
          {own.state === 'next' ? 'Let it take over now' : 'Use it again'}
        </Button>
        {own.state === 'next' ? (
          <>
            {own.plannedAt ? (
              <Button size="xs" variant="default" onClick={() => activate.mutate(null)}>
                Take the plan back
              </Button>
            ) : (
              <Button size="xs" variant="default" onClick={plan.open}>
                Plan it …
              </Button>
            )}
            <Button size="xs" variant="subtle" color="gray" onClick={() => retire.mutate(undefined)}>
              Give it up
            </Button>
          </>
        ) : (
          <Button size="xs" variant="subtle" color="red" onClick={ask.open}>
            Remove
          </Button>
        )}
      </Group>
      <Modal opened={planning} onClose={plan.close} title="When should it take over?">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            activate.mutate(new Date(at).toISOString(), { onSuccess: plan.close });
          }}
        >
          <Stack gap="md">
            {activate.error ? <ProblemNote error={activate.error} /> : null}
            <TextInput
              type="datetime-local"
              label="Day and time"
              description="In your own time zone. Hand the certificate to the provider before that."
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
              required
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={plan.close}>
                Cancel
              </Button>
              <Button type="submit" loading={activate.isPending} disabled={at === ''}>
                Plan it
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <Confirm
        opened={removing}
        onClose={ask.close}
        title="Remove this key?"
        verb="Remove"
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: ask.close })}
      >
        A provider that still encrypts to it, or has only this certificate, cannot work with us any more. It cannot be brought
        back.
      </Confirm>
    </>
  );
}
