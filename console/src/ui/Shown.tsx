import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../../src/client/index.ts';
import { NotAllowed } from './NotAllowed.tsx';
import { ProblemNote } from './ProblemNote.tsx';

/** What every page does with what it asked for: wait in outline, explain a refusal, or draw it. */
export function Shown<Data>({
  of,
  children,
  rows = 6,
}: {
  of: UseQueryResult<Data>;
  children: (data: NonNullable<Data>) => ReactNode;
  rows?: number;
}) {
  if (of.error instanceof ApiProblem && of.error.status === 403) {
    return <NotAllowed permission={/[a-z-]+:[a-z]+/.exec(of.error.detail ?? '')?.[0]} />;
  }
  if (of.error) {
    // A refusal stays one; what failed on the way may go well the next time.
    const isRefusal = of.error instanceof ApiProblem && of.error.status >= 400 && of.error.status < 500;
    return <ProblemNote error={of.error} onRetry={isRefusal ? undefined : () => void of.refetch()} />;
  }
  if (of.data === undefined || of.data === null) {
    return (
      <Stack gap="sm" role="status" aria-busy="true" aria-label="Loading">
        {Array.from({ length: rows }, (_, index) => (
          <Skeleton key={index} height={44} radius="md" />
        ))}
      </Stack>
    );
  }
  return <>{children(of.data as NonNullable<Data>)}</>;
}
