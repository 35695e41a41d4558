import { Stack, Table, Text } from '@mantine/core';
import { Status } from '../../../ui/Status.tsx';
import type { Findings } from '../api.ts';

type Membership = NonNullable<Findings['groups']>;

/** What would be given, taken and kept, each with its reason. */
export function Memberships({ of, what }: { of: Membership; what: string }) {
  const rows = [
    ...of.added.map((one) => ({ ...one, word: 'added', tone: 'good' as const })),
    ...of.removed.map((one) => ({ ...one, word: 'taken away', tone: 'bad' as const })),
    ...of.kept.map((one) => ({ ...one, word: 'stays', tone: 'quiet' as const })),
    ...of.unmapped.map(({ value, why }) => ({ name: value, because: why, word: 'no mapping', tone: 'warn' as const })),
  ];
  return (
    <Stack gap="sm">
      <Text size="sm">{of.why}</Text>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          No {what} before or after.
        </Text>
      ) : (
        <Table verticalSpacing="xs" aria-label={`What becomes of each ${what}`}>
          <Table.Tbody>
            {rows.map(({ name, because, word, tone }) => (
              <Table.Tr key={`${word} ${name}`}>
                <Table.Td>
                  <Text size="sm" fw={550}>
                    {name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {because}
                  </Text>
                </Table.Td>
                <Table.Td w={120} ta="right">
                  <Status tone={tone}>{word}</Status>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
