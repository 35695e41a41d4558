import { Anchor } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Shown } from './Shown.tsx';

interface Props<Data> {
  of: UseQueryResult<Data>;
  /** The list that it is in: its address and its name. */
  list: readonly [to: string, name: string];
  children: (data: NonNullable<Data>) => ReactNode;
}

/** The page of one thing, with the way back to its list. */
export function OneThing<Data>({ of, list: [to, name], children }: Props<Data>) {
  return (
    <>
      <Anchor component={Link} to={to as '/'} size="sm">
        ← {name}
      </Anchor>
      <Shown of={of}>{children}</Shown>
    </>
  );
}
