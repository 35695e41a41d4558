import { Paper, Table, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<Row> {
  /** Empty: a column of actions, named to screen readers alone. */
  head: string;
  /** Wide screens only: what a telephone can do without. */
  wide?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
}

/** Things in rows, as every list of the console looks. */
export function ItemTable<Row>({ label, rows, columns, keyOf }: Props<Row>) {
  return (
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
  );
}
