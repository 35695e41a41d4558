import { Button, Center, Paper, Table, Text, VisuallyHidden } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Shown } from './Shown.tsx';

interface Page<Row> {
  items: readonly Row[];
  next: string | null;
}

export interface Column<Row> {
  head: string;
  /** Wide screens only: what a telephone can do without. */
  wide?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  of: UseInfiniteQueryResult<{ pages: Page<Row>[] }>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** What stands here when there is nothing. */
  empty: ReactNode;
  label: string;
}

/** A list of the API, page by page; the next one when somebody asks for it. */
export function DataTable<Row>({ of, columns, keyOf, empty, label }: Props<Row>) {
  return (
    <Shown of={of as never}>
      {(data: { pages: Page<Row>[] }) => {
        const rows = data.pages.flatMap(({ items }) => items);
        if (rows.length === 0) return <>{empty}</>;
        return (
          <>
            <Paper withBorder radius="lg" style={{ overflow: 'hidden' }}>
              <div className="scroll">
                <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover aria-label={label}>
                  <Table.Thead>
                    <Table.Tr>
                      {columns.map(({ head, wide }) => (
                        <Table.Th key={head} visibleFrom={wide ? 'md' : undefined}>
                          <Text size="xs" fw={600} c="dimmed">
                            {head === '' ? <VisuallyHidden>Actions</VisuallyHidden> : head}
                          </Text>
                        </Table.Th>
                      ))}
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Table.Tr key={keyOf(row)}>
                        {columns.map(({ head, wide, cell }) => (
                          <Table.Td key={head} visibleFrom={wide ? 'md' : undefined}>
                            {cell(row)}
                          </Table.Td>
                        ))}
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </Paper>
            {of.hasNextPage ? (
              <Center mt="md">
                <Button variant="default" onClick={() => void of.fetchNextPage()} loading={of.isFetchingNextPage}>
                  Show more
                </Button>
              </Center>
            ) : null}
          </>
        );
      }}
    </Shown>
  );
}
