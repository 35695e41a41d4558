import { Button, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { allAtFields } from './faults.ts';
import { ProblemNote } from './ProblemNote.tsx';

interface Props {
  /** What sends the form. */
  of: { error: unknown; isPending: boolean };
  /** Pointers of the fields that show their own faults; a refusal that is about them alone is not told again. */
  fields?: readonly string[];
  verb?: string;
  disabled?: boolean;
  onCancel?: () => void;
}

/** How every form ends: what was refused, and the buttons. A field that was refused is gone to, however far up it is. */
export function FormEnd({ of, fields = [], verb = 'Save', disabled = false, onCancel }: Props) {
  const buttons = useRef<HTMLDivElement>(null);
  const isAtFields = allAtFields(of.error, fields);
  useEffect(() => {
    if (isAtFields) buttons.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [isAtFields, of.error]);
  return (
    <>
      {of.error && !isAtFields ? <ProblemNote error={of.error} /> : null}
      <Group justify="flex-end" ref={buttons}>
        {isAtFields ? (
          <Text size="sm" className="danger" role="alert">
            Not saved: look at the field that is marked.
          </Text>
        ) : null}
        {onCancel ? (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        ) : null}
        <Button type="submit" loading={of.isPending} disabled={disabled}>
          {verb}
        </Button>
      </Group>
    </>
  );
}
