import { Box, Input } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  help?: string | undefined;
  fault?: string | undefined;
  pointer: string;
  children: ReactNode;
}

/** A field that is made of several inputs: its name, its help, and what is wrong with it. */
export function Legend({ label, help, fault, pointer, children }: Props) {
  const id = useId();
  return (
    <Box role="group" aria-labelledby={id} data-pointer={pointer}>
      <Input.Label labelElement="div" id={id}>
        {label}
      </Input.Label>
      {help ? <Input.Description>{help}</Input.Description> : null}
      <Box mt={4}>{children}</Box>
      {fault ? (
        <Input.Error mt={6} role="alert">
          {fault}
        </Input.Error>
      ) : null}
    </Box>
  );
}
