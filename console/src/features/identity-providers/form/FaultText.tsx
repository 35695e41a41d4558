import { Text } from '@mantine/core';

/** What is wrong with one of several inputs, told as it appears. */
export function FaultText({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <Text size="xs" c="var(--mantine-color-error)" role="alert">
      {children}
    </Text>
  );
}
