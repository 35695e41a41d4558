import { Badge } from '@mantine/core';
import { capitalised } from './words.ts';

const colours: Record<string, string> = {
  good: 'teal',
  bad: 'red',
  warn: 'yellow',
  quiet: 'gray',
  info: 'ink',
};

/** One word of state; the colour only repeats what the word says. */
export function Status({ tone, children }: { tone: 'good' | 'bad' | 'warn' | 'quiet' | 'info'; children: string }) {
  return (
    <Badge variant="light" color={colours[tone]} tt="none" fw={600} radius="sm" size="md" style={{ flex: 'none' }}>
      {capitalised(children)}
    </Badge>
  );
}
