import { Button, Group } from '@mantine/core';
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

/** How every form ends: what was refused, and the buttons. */
export function FormEnd({ of, fields = [], verb = 'Save', disabled = false, onCancel }: Props) {
  return (
    <>
      {of.error && !allAtFields(of.error, fields) ? <ProblemNote error={of.error} /> : null}
      <Group justify="flex-end">
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
