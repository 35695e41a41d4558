import { Badge, Box, Code, Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import { CheckIcon, CrossIcon, DotsIcon } from './icons.tsx';
import { capitalised, timeOf, wordsOfName } from './words.ts';

export interface Step {
  step: string;
  verdict: 'passed' | 'refused' | 'noted';
  expected?: unknown;
  received?: unknown;
  code?: string;
  at: number;
}

const verdicts = {
  passed: { word: 'Passed', colour: 'teal', icon: CheckIcon },
  refused: { word: 'Refused', colour: 'red', icon: CrossIcon },
  noted: { word: 'Noted', colour: 'gray', icon: DotsIcon },
} as const;

/** What happened, one line a step, so that it can be read aloud: what was expected, what came, what was decided. */
export function Timeline({ steps }: { steps: readonly Step[] }) {
  return (
    <Stack gap={0} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {steps.map((line, index) => (
        <Line key={`${index} ${line.step}`} line={line} />
      ))}
    </Stack>
  );
}

function Line({ line }: { line: Step }) {
  const { word, colour, icon: Icon } = verdicts[line.verdict];
  return (
    <Box component="li" py="sm" style={{ borderTop: '1px solid var(--mantine-color-default-border)' }}>
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon variant="light" color={colour} size={26} radius="xl">
          <Icon size={15} />
        </ThemeIcon>
        <Stack gap={6} flex={1} miw={0}>
          <Group justify="space-between" gap="xs">
            <Text fw={600} size="sm">
              {sentenceOf(line.step)}
            </Text>
            <Group gap="xs">
              {line.code ? <Code>{line.code}</Code> : null}
              <Badge variant="light" color={colour} size="sm" tt="none">
                {word}
              </Badge>
              <Text size="xs" c="dimmed" className="figure">
                {line.at} ms
              </Text>
            </Group>
          </Group>
          <Fact label="Expected" value={line.expected} />
          <Fact label="Received" value={line.received} />
        </Stack>
      </Group>
    </Box>
  );
}

function Fact({ label, value }: { label: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <Group gap="sm" align="baseline" wrap="nowrap">
      <Text size="xs" c="dimmed" w={64} style={{ flex: 'none' }}>
        {label}
      </Text>
      <FactValue value={value} />
    </Group>
  );
}

/** A value of any shape, readable: text as it is, lists by comma, objects by name. */
export function FactValue({ value }: { value: unknown }) {
  if (Array.isArray(value))
    return (
      <Text size="sm" className="timeline-fact">
        {value.length === 0 ? 'nothing' : value.map(textOf).join(', ')}
      </Text>
    );
  if (typeof value !== 'object' || value === null)
    return (
      <Text size="sm" className="timeline-fact">
        {textOf(value)}
      </Text>
    );
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  if (members.length === 0)
    return (
      <Text size="sm" c="dimmed">
        nothing
      </Text>
    );
  return (
    <Paper
      component="dl"
      m={0}
      bg="transparent"
      style={{ display: 'grid', gridTemplateColumns: 'minmax(90px, auto) 1fr', gap: '2px 12px' }}
    >
      {members.map(([name, member]) => (
        <Box key={name} style={{ display: 'contents' }}>
          <Text component="dt" size="sm" c="dimmed">
            {wordsOfName(name)}
          </Text>
          <Text component="dd" size="sm" m={0} className="timeline-fact">
            {timeOf(name, member) ?? textOf(member)}
          </Text>
        </Box>
      ))}
    </Paper>
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** `saml.audience` reads as “Audience”; the whole name is in the code beside it. */
export function sentenceOf(step: string): string {
  return capitalised((step.split('.').at(-1) ?? step).replaceAll('_', ' '));
}
