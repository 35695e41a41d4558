import { Alert, Anchor, Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { api } from '../../../api/client.ts';
import { Confirm } from '../../../ui/Confirm.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { ReasonModal } from '../../../ui/ReasonModal.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { When } from '../../../ui/When.tsx';
import { type Provider, touched } from '../api.ts';
import { nameOfPointer } from '../form/fields.ts';
import { StartVerify } from '../report/StartVerify.tsx';
import { DifferenceList } from './DifferenceList.tsx';

interface Props {
  provider: Provider;
  staged: NonNullable<Provider['staged']>;
  mayChange: boolean;
}

/** What waits, and the ways on: test it, make it live, give it up. */
export function StagedBanner({ provider, staged, mayChange }: Props) {
  const [open, { toggle }] = useDisclosure();
  const [asking, ask] = useDisclosure();
  const [discarding, discard] = useDisclosure();
  const { activate, drop } = useStagedSteps(provider.id, staged.revision);
  const names = staged.differences.map(({ pointer }) => nameOfPointer(pointer));
  return (
    <Alert
      variant="light"
      color={staged.verified ? 'teal' : 'ink'}
      title={staged.verified ? 'A change is verified and ready' : 'A change waits to be verified'}
    >
      <Stack gap="sm">
        <Text size="sm" component="div">
          {names.slice(0, 3).join(' · ')}
          {names.length > 3 ? ` and ${names.length - 3} more` : ''}. Made <When at={staged.madeAt} />. Until it is live, people
          sign in as before.{' '}
          <Anchor underline="always" component="button" type="button" size="sm" onClick={toggle} aria-expanded={open}>
            {open ? 'Hide what changes' : 'Show what changes'}
          </Anchor>
        </Text>
        <Collapse expanded={open}>
          <DifferenceList differences={staged.differences} />
        </Collapse>
        {activate.error && !asking ? <ProblemNote error={activate.error} /> : null}
        {mayChange ? (
          <Group gap="xs">
            {staged.verified ? (
              <Button size="xs" onClick={() => activate.mutate(undefined)} loading={activate.isPending}>
                Make it live
              </Button>
            ) : (
              <StartVerify id={provider.id} revision={staged.revision} size="xs">
                Verify the change
              </StartVerify>
            )}
            <Button size="xs" variant="default" onClick={discard.open}>
              Discard
            </Button>
            {staged.verified ? null : (
              <Button size="xs" variant="subtle" color="gray" onClick={ask.open}>
                Make it live unverified …
              </Button>
            )}
          </Group>
        ) : null}
      </Stack>
      <ReasonModal
        opened={asking}
        onClose={ask.close}
        title="Make it live unverified?"
        verb="Make it live anyway"
        pending={activate.isPending}
        error={activate.error}
        onConfirm={(reason) => activate.mutate(reason, { onSuccess: ask.close })}
      >
        If the change is wrong, nobody can sign in through {provider.name} until it is taken back.
      </ReasonModal>
      <Confirm
        opened={discarding}
        onClose={discard.close}
        title="Discard the waiting change?"
        verb="Discard"
        pending={drop.isPending}
        error={drop.error}
        onConfirm={() => drop.mutate(undefined, { onSuccess: discard.close })}
      >
        The settings that people sign in with stay as they are. The change stays in the list of changes.
      </Confirm>
    </Alert>
  );
}

function useStagedSteps(id: string, number: number) {
  const params = { path: { id, number: String(number) } };
  const activate = useChange(
    async (override: string | undefined) =>
      (
        await api.POST('/api/v1/identity-providers/{id}/revisions/{number}/activate', {
          params,
          body: override ? { override } : {},
        })
      ).data,
    { touches: touched, done: 'The change is live' },
  );
  const drop = useChange(async () => (await api.DELETE('/api/v1/identity-providers/{id}/revisions/{number}', { params })).data, {
    touches: touched,
    done: 'Discarded',
  });
  return { activate, drop };
}
