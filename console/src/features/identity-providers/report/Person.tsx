import { Anchor, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Status } from '../../../ui/Status.tsx';
import type { Findings } from '../api.ts';
import { nameOfAttribute, textOf } from '../words.ts';

const outcomes = {
  known: { word: 'Known', tone: 'good', told: 'Has signed in through this provider before.' },
  linked: { word: 'Would be linked', tone: 'info', told: 'An account that is here already would be taken.' },
  created: { word: 'Would be created', tone: 'info', told: 'An account would be made.' },
  refused: { word: 'Would be refused', tone: 'bad', told: 'Would not get in.' },
} as const;

/** Who it would be, why, and what would change of them. */
export function Person({ person }: { person: NonNullable<Findings['person']> }) {
  const { word, tone, told } = outcomes[person.outcome];
  return (
    <Stack gap="sm">
      <Text size="sm" component="div">
        <Status tone={tone}>{word}</Status> {told}
      </Text>
      {person.user ? (
        <Text size="sm">
          {person.user.id ? (
            <Anchor component={Link} to={`/users/${person.user.id}` as '/'} size="sm">
              {person.user.email ?? person.user.id}
            </Anchor>
          ) : (
            (person.user.email ?? 'An account without an e-mail address')
          )}
        </Text>
      ) : null}
      {person.why ? (
        <Text size="sm" c="dimmed">
          {person.why}
        </Text>
      ) : null}
      {person.changes.length > 0 ? (
        <Table verticalSpacing="xs" aria-label="What would change" className="item-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Attribute</Table.Th>
              <Table.Th>Now</Table.Th>
              <Table.Th>After the sign-in</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {person.changes.map(({ attribute, before, after }) => (
              <Table.Tr key={attribute}>
                <Table.Td fw={550}>{nameOfAttribute(attribute)}</Table.Td>
                <Table.Td data-head="Now" className="timeline-fact">
                  {textOf(before)}
                </Table.Td>
                <Table.Td data-head="After the sign-in" className="timeline-fact">
                  {textOf(after)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Stack>
  );
}
