import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useMay } from '../api/me.ts';
import type { FiguresProps } from './FiguresCards.tsx';

const FiguresCards = lazy(async () => ({ default: (await import('./FiguresCards.tsx')).FiguresCards }));

/** Charts of sign-ins, of the organisation or of one provider; nothing for people who may not read sign-ins. */
export function SignInFigures(props: FiguresProps) {
  if (!useMay('sign-ins:read')) return null;
  return (
    <Suspense fallback={<Skeleton height={260} radius="lg" role="status" aria-busy="true" aria-label="Loading" />}>
      <FiguresCards {...props} />
    </Suspense>
  );
}
