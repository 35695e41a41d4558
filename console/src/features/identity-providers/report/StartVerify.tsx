import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { api } from '../../../api/client.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { useGoToTab } from '../routes.ts';

interface Props {
  id: string;
  revision?: number;
  /** Whose tokens the report shows; those of an application that asks for everything unless said. */
  applicationId?: string;
  children: ReactNode;
  size?: 'xs' | 'sm';
  /** Where the report is shown; the test tab unless said. */
  onStarted?: (verification: string) => void;
}

/** Starts a test sign-in in a new tab; this one goes on to its report. */
export function StartVerify({ id, revision, applicationId, children, size = 'sm', onStarted }: Props) {
  const goTo = useGoToTab();
  const start = useChange(
    async (tab: Window | null) => {
      try {
        const { data } = await api.POST('/api/v1/identity-providers/{id}/verify', {
          params: { path: { id } },
          body: { ...(revision === undefined ? {} : { revision }), ...(applicationId ? { applicationId } : {}) },
        });
        if (data && tab) tab.location.replace(data.url);
        return { id: data?.id ?? '', url: tab ? undefined : data?.url };
      } catch (error) {
        tab?.close();
        throw error;
      }
    },
    { touches: [] },
  );
  const begin = (): void => {
    // Opened by the click itself: a tab that opens later is taken for an advertisement and blocked.
    const tab = window.open('about:blank', '_blank');
    start.mutate(tab, {
      onSuccess: (made) => {
        if (onStarted) onStarted(made.id);
        else if (made.url === undefined) goTo(id, 'verify', { report: made.id });
      },
    });
  };
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Button size={size} onClick={begin} loading={start.isPending} w="fit-content">
          {children}
        </Button>
      </Group>
      {start.error ? <ProblemNote error={start.error} /> : null}
      {start.data?.url ? (
        <Text size="sm">
          Your browser kept the new tab from opening.{' '}
          <Anchor
            underline="always"
            href={start.data.url}
            target="_blank"
            onClick={() => goTo(id, 'verify', { report: start.data.id })}
          >
            Open the test sign-in
          </Anchor>
        </Text>
      ) : null}
    </Stack>
  );
}
