import { Paper, Table, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<Row> {
  /** Empty: a column of actions, named to screen readers alone. */
  head: string;
  /** Not in a window of middle width, where columns stand side by side with too little room. */
  wide?: boolean;
  /** On a telephone its value stands below its name, not beside it: something is entered there. */
  roomy?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
}

/** Things in rows, as every list of the console looks. On a telephone each row is a block, with the name of a column before its value. */
export function ItemTable<Row>({ label, rows, columns, keyOf }: Props<Row>) {
  return (
    <Paper withBorder radius="lg" style={{ overflow: 'hidden' }}>
      <div className="scroll">
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover aria-label={label} className="item-table">
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ head, wide }) => (
                <Table.Th key={head} data-wide={wide}>
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
                {columns.map(({ head, wide, roomy, cell }) => (
                  <Table.Td key={head} data-head={head} data-wide={wide} data-roomy={roomy}>
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
