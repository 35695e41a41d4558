import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Nothing here yet: what would be here, and the first step. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Paper withBorder p="xl" radius="lg">
      <Stack align="center" gap="sm" py="lg" ta="center">
        <Title order={2}>{title}</Title>
        {children ? (
          <Text c="dimmed" maw={460} component="div">
            {children}
          </Text>
        ) : null}
        {action}
      </Stack>
    </Paper>
  );
}
