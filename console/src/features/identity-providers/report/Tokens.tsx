import { Box, Stack, Table, Text } from '@mantine/core';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import type { Findings } from '../api.ts';
import { textOf } from '../words.ts';

export function ClaimTable({ claims }: { claims: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(claims);
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        None came.
      </Text>
    );
  return (
    <Table verticalSpacing={6} aria-label="Claims" layout="fixed">
      <Table.Tbody>
        {entries.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Td w="38%">
              <Text fz="xs" ff="monospace" className="timeline-fact">
                {name}
              </Text>
            </Table.Td>
            <Table.Td>
              <Text size="sm" className="timeline-fact">
                {textOf(value)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function Tokens({ tokens }: { tokens: NonNullable<Findings['tokens']> }) {
  const { application, idToken, userinfo } = tokens;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {application.name ? `For ${application.name}` : 'For an application that asks for everything'}:{' '}
        {application.scopes.join(', ')}.
      </Text>
      <Box>
        <CopyValue label="ID token" value={JSON.stringify(idToken, null, 2)} />
      </Box>
      <Box>
        <CopyValue label="Userinfo" value={JSON.stringify(userinfo, null, 2)} />
      </Box>
    </Stack>
  );
}
