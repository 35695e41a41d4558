import { Alert, Anchor, List } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { ApiProblem } from '../../../../../src/client/index.ts';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { fieldOf, nameOfPointer } from './fields.ts';

/** Why it was not saved, with a way to each field; takes the focus, so that nobody misses it. */
export function FaultSummary({ error, onGo }: { error: unknown; onGo: (pointer: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!error) return;
    place.current?.focus({ preventScroll: true });
    place.current?.scrollIntoView({ block: 'center' });
  }, [error]);
  if (!error) return null;
  const atFields = error instanceof ApiProblem ? error.errors.filter(({ pointer }) => fieldOf(pointer)) : [];
  const isAll = error instanceof ApiProblem && atFields.length > 0 && atFields.length === error.errors.length;
  return (
    <div ref={place} tabIndex={-1} style={{ outline: 'none' }}>
      {isAll ? (
        <Alert color="red" variant="light" role="alert" title="It was not saved">
          <List size="sm" spacing={4}>
            {atFields.map(({ pointer, code, detail }) => (
              <List.Item key={`${pointer} ${code}`}>
                <Anchor underline="always" component="button" type="button" size="sm" onClick={() => onGo(pointer)}>
                  {nameOfPointer(pointer)}
                </Anchor>{' '}
                {detail}
              </List.Item>
            ))}
          </List>
        </Alert>
      ) : (
        <ProblemNote error={error} />
      )}
    </div>
  );
}

/** Scrolls to a field and gives it the focus. */
export function goToField(pointer: string): void {
  const field = fieldOf(pointer)?.pointer ?? pointer;
  const place = document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(field)}"]`);
  const input = place?.matches('input, textarea, button') ? place : place?.querySelector<HTMLElement>('input, textarea, button');
  (place ?? input)?.scrollIntoView({ block: 'center' });
  input?.focus({ preventScroll: true });
}
