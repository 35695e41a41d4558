import { ActionIcon, Box, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A value that goes into somebody else's form: shown whole, copied with one click. */
export function CopyValue({ label, value }: { label?: string; value: string }) {
  return (
    <Box>
      {label ? (
        <Text size="sm" fw={550} mb={4}>
          {label}
        </Text>
      ) : null}
      <Group gap="xs" wrap="nowrap" align="flex-start" className="copy-value">
        <Text component="code" className="copy-value-text">
          {value}
        </Text>
        <CopyButton value={value} timeout={1600}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy'}>
              <ActionIcon
                variant="subtle"
                color={copied ? 'green' : 'gray'}
                onClick={copy}
                aria-label={`Copy ${label ?? 'value'}`}
              >
                {copied ? <CheckIcon /> : <CopyIcon />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </Box>
  );
}
