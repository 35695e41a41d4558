import { Box, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names and values of one thing, two columns. What is not there is not shown. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  const shown = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <Paper withBorder radius="lg" p="lg">
      <Box component="dl" m={0} className="facts">
        {shown.map(([name, value]) => (
          <Box key={name} style={{ display: 'contents' }}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
