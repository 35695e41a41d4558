import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** Its state, beside the title. */
  mark?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
}

/** What page this is, in a word or two, what it is for, and what can be done here. */
export function PageHead({ title, mark, about, actions }: Props) {
  useDocumentTitle(`${title} · Sallyport`);
  return (
    <Group justify="space-between" align="flex-start" wrap="wrap" gap="md" mb="lg">
      <Stack gap={4} maw={720}>
        <Group gap="sm">
          <Title order={1}>{title}</Title>
          {mark}
        </Group>
        {about ? (
          <Text c="dimmed" size="sm" component="div">
            {about}
          </Text>
        ) : null}
      </Stack>
      {actions ? <Box>{actions}</Box> : null}
    </Group>
  );
}
