import { Anchor, Stack } from '@mantine/core';
import { useState } from 'react';
import { type Step, Timeline } from '../../../ui/Timeline.tsx';

/** The timeline of a sign-in. Of a refused one first only what was refused: it is one line among fifty that went well. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  const refused = steps.filter(({ verdict }) => verdict === 'refused');
  const [all, setAll] = useState(refused.length === 0);
  return (
    <Stack gap="xs">
      <Timeline steps={all ? steps : refused} />
      {refused.length > 0 && refused.length < steps.length ? (
        <Anchor component="button" type="button" size="sm" w="fit-content" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show only what was refused' : `Show all ${steps.length} steps`}
        </Anchor>
      ) : null}
    </Stack>
  );
}
