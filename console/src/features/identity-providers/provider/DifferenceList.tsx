import { Box, Paper, Stack, Text } from '@mantine/core';
import { Status } from '../../../ui/Status.tsx';
import type { Difference } from '../api.ts';
import { nameOfPointer } from '../form/fields.ts';
import { tellMapping } from '../form/rule.ts';
import { textOf } from '../words.ts';

/** Field by field: what it was, what it is to be. */
export function DifferenceList({
  differences,
  words = ['Before', 'After'],
}: {
  differences: readonly Difference[];
  words?: readonly [string, string];
}) {
  if (differences.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No difference.
      </Text>
    );
  return (
    <Stack gap="xs">
      {differences.map((one) => (
        <Paper key={`${one.pointer} ${String(one.secret)}`} withBorder radius="md" p="sm">
          <Stack gap={6}>
            <Box className="difference-head">
              <Text size="sm" fw={600}>
                {nameOfPointer(one.pointer)}
              </Text>
              {one.sensitive ? <Status tone="info">Needs Verify</Status> : null}
            </Box>
            <Box className="difference">
              <Side word={words[0]} value={one.before} pointer={one.pointer} />
              <Side word={words[1]} value={one.after} pointer={one.pointer} />
            </Box>
            {one.sensitive && one.because ? (
              <Text size="xs" c="dimmed">
                Needs Verify, because {one.because}.
              </Text>
            ) : null}
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}

function Side({ word, value, pointer }: { word: string; value: unknown; pointer: string }) {
  return (
    <Box miw={0}>
      <Text size="xs" c="dimmed">
        {word}
      </Text>
      <Text size="sm" className="difference-text">
        {tell(value, pointer)}
      </Text>
    </Box>
  );
}

const member = (value: unknown, name: string): string => {
  const found = (value as Record<string, unknown> | null)?.[name];
  return typeof found === 'string' ? found : '';
};

function tell(value: unknown, pointer: string): string {
  if (value === null || value === undefined) return 'not set';
  if (/^\/(claims|authentication\/claim)/.test(pointer) && pointer !== '/claims/custom') return tellMapping(value);
  if (pointer === '/groupMappings' && Array.isArray(value))
    return (
      value.map((one) => `${member(one, 'label') || member(one, 'external')} → ${member(one, 'group')}`).join('\n') || 'none'
    );
  if (pointer === '/roleMappings' && Array.isArray(value))
    return value.map((one) => `${member(one, 'external')} → ${member(one, 'role')}`).join('\n') || 'none';
  if (Array.isArray(value) && value.some((one) => member(one, 'fingerprint') !== ''))
    return value
      .map((one) => `SHA-256 ${member(one, 'fingerprint').slice(0, 16)}… until ${member(one, 'expiresAt').slice(0, 10)}`)
      .join('\n');
  if (pointer === '/access') return tellAccess(value);
  return textOf(value);
}

function tellAccess(value: unknown): string {
  const { mode, match, rules } = value as { mode?: string; match?: string; rules?: Record<string, unknown>[] };
  if (mode !== 'rules') return 'everybody';
  const told = (rules ?? []).map((rule) =>
    rule['group'] !== undefined
      ? `in group “${String(rule['group'])}”`
      : `${tellMapping(rule['claim'])} ${String(rule['operator'])} ${(rule['values'] as string[] | undefined)?.join(', ') ?? ''}`,
  );
  return told.join(match === 'all' ? '\nand ' : '\nor ');
}
