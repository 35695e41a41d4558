import { Box, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { CopyValue } from '../../../ui/CopyValue.tsx';
import type { Guide } from '../api.ts';
import { nameOfPointer } from '../form/fields.ts';

/** Where something is entered that the next step does not ask for. */
const later = (pointer: string): string =>
  pointer.startsWith('/claims') ? ' (later, from the claims that really come)' : ' (later, under Settings)';

/**
 * The way through the vendor's console: where to click, what to copy there, what to bring back.
 *
 * @param asked what the next step of the wizard asks for; without it everything is under Settings
 */
export function GuideSteps({ guide, asked }: { guide: Guide; asked?: readonly string[] }) {
  return (
    <Stack component="ol" gap="lg" p={0} m={0} style={{ listStyle: 'none' }}>
      {guide.steps.map(({ title, text, copy, paste, note }, index) => (
        <Group key={title} component="li" align="flex-start" wrap="nowrap" gap="md">
          <ThemeIcon variant="light" size={28} radius="xl" className="figure" aria-hidden>
            {index + 1}
          </ThemeIcon>
          <Stack gap="xs" flex={1} miw={0}>
            <Text fw={600}>{title}</Text>
            <Text size="sm">{text}</Text>
            {copy?.map(({ label, value }) => (
              <CopyValue key={label} label={label} value={value} />
            ))}
            {paste && paste.length > 0 ? (
              <Box>
                {paste.map(({ label, pointer }) => (
                  <Text key={`${label} ${pointer}`} size="sm">
                    Bring back <b>{label}</b>
                    <Text component="span" size="sm" c="dimmed">
                      {' '}
                      → {nameOfPointer(pointer)}
                      {asked && !asked.includes(pointer) ? later(pointer) : ''}
                    </Text>
                  </Text>
                ))}
              </Box>
            ) : null}
            {note ? (
              <Text size="sm" c="dimmed">
                {note}
              </Text>
            ) : null}
          </Stack>
        </Group>
      ))}
    </Stack>
  );
}
