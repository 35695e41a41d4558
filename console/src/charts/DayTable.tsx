import { Anchor, ScrollArea, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type DayOfFigures, dayFilter } from './figures.ts';
import { nameOfDay } from './words.ts';

/** What the chart shows, in numbers, newest first. */
export function DayTable({ days, identityProviderId }: { days: readonly DayOfFigures[]; identityProviderId?: string }) {
  return (
    <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Sign-ins by day' }}>
      <Table aria-label="Sign-ins by day" className="figure" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day</Table.Th>
            <Table.Th ta="right">Signed in</Table.Th>
            <Table.Th ta="right">Refused</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.toReversed().map((day) => (
            <Table.Tr key={day.date}>
              <Table.Td>
                <Anchor component={Link} to="/sign-ins" search={dayFilter(day, identityProviderId) as never} size="sm">
                  {nameOfDay(day)}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right">{day.succeeded}</Table.Td>
              <Table.Td ta="right">{day.refused}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
