import { Button, Center } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Column, ItemTable } from './ItemTable.tsx';
import { Shown } from './Shown.tsx';

export type { Column } from './ItemTable.tsx';

interface Page<Row> {
  items: readonly Row[];
  next: string | null;
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
            <ItemTable label={label} rows={rows} columns={columns} keyOf={keyOf} />
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
