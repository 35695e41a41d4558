import { Fieldset, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A field that is made of several inputs: its name, its help, and what is wrong with it. */
export function Legend({ label, help, fault, pointer, children }: {
  label: string;
  help?: string | undefined;
  fault?: string | undefined;
  pointer: string;
  children: ReactNode;
}) {
  return (
    <Fieldset variant="unstyled" legend={<Text size="sm" fw={500} component="span">{label}</Text>} data-pointer={pointer}>
      {help ? (
        <Text size="xs" c="dimmed" mb={6} mt={-4}>
          {help}
        </Text>
      ) : null}
      {children}
      {fault ? (
        <Text size="xs" c="var(--mantine-color-error)" mt={6} role="alert">
          {fault}
        </Text>
      ) : null}
    </Fieldset>
  );
}
