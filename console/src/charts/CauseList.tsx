import { Anchor, Box, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Figures } from './figures.ts';
import { blames } from './words.ts';

interface Props {
  figures: Figures;
  identityProviderId?: string;
  most?: number;
}

/** As many as anybody reads; the log has the rest. */
const USUAL = 6;

/** What refusals came of, most frequent first; each leads to its sign-ins. */
export function CauseList({ figures: { causes, days }, identityProviderId, most = USUAL }: Props) {
  const greatest = Math.max(1, ...causes.map(({ count }) => count));
  const from = days[0]?.from;
  if (causes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nobody was refused.
      </Text>
    );
  return (
    <Stack gap="sm" component="ul" className="plain-list">
      {causes.slice(0, most).map(({ code, title, count, blame }) => (
        <Box key={code} component="li">
          <Box className="cause-head">
            <Anchor
              component={Link}
              to="/sign-ins"
              search={{ outcome: 'refused', code, from, identityProviderId } as never}
              size="sm"
            >
              {title}
            </Anchor>
            <Text size="sm" className="figure">
              {count}
            </Text>
          </Box>
          <div className="cause-ground" aria-hidden>
            <div
              className={blame === 'configuration' || blame === 'gateway' ? 'cause-bar cause-ours' : 'cause-bar'}
              style={{ width: `${(100 * count) / greatest}%` }}
            />
          </div>
          <Text size="xs" c="dimmed">
            {blames[blame]}
          </Text>
        </Box>
      ))}
      {causes.length > most ? (
        <Text component="li" size="xs" c="dimmed">
          And {causes.length - most} more {causes.length - most === 1 ? 'cause' : 'causes'}.
        </Text>
      ) : null}
    </Stack>
  );
}
