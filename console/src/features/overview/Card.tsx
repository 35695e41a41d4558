import { Anchor, Group, Paper, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A part of the overview, with the way to the whole of it. */
export function Card({ title, to, more, children }: { title: string; to: string; more: string; children: ReactNode }) {
  return (
    <Paper withBorder radius="lg" p="lg">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{title}</Title>
        <Anchor component={Link} to={to as '/'} size="sm">
          {more}
        </Anchor>
      </Group>
      {children}
    </Paper>
  );
}

export const Nothing = ({ children }: { children: string }) => (
  <Text size="sm" c="dimmed">
    {children}
  </Text>
);
