import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSetQuery } from '../routes.ts';

interface Props {
  /** What the address says then; undefined goes. */
  query: Record<string, string | undefined>;
  children: ReactNode;
}

/** Opens one row of a list; the browser's own Back closes it again. */
export function RowLink({ query, children }: Props) {
  const set = useSetQuery();
  return (
    <Anchor
      component="button"
      type="button"
      className="row-link"
      ta="left"
      size="sm"
      onClick={() => set(query, { replace: false })}
    >
      {children}
    </Anchor>
  );
}

/** From one row back to all of them. */
export function BackLink({ query, children }: Props) {
  const set = useSetQuery();
  return (
    <Anchor component="button" type="button" size="sm" w="fit-content" onClick={() => set(query, { replace: false })}>
      {children}
    </Anchor>
  );
}
