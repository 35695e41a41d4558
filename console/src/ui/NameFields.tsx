import { TextInput } from '@mantine/core';
import { faultAt } from './faults.ts';

interface Props {
  form: { getInputProps: (name: 'name' | 'description') => object };
  error: unknown;
}

/** What every named thing has: its name, and what it is for. */
export function NameFields({ form, error }: Props) {
  return (
    <>
      <TextInput label="Name" required data-autofocus {...form.getInputProps('name')} error={faultAt(error, '/name')} />
      <TextInput label="What it is for" {...form.getInputProps('description')} error={faultAt(error, '/description')} />
    </>
  );
}
