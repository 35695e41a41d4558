import { Alert, Anchor, Code, Group, List, Stack, Text } from '@mantine/core';
import { ApiProblem } from '../../../src/client/index.ts';

/** The one way in which a refusal is shown: what was wrong, what to do, and the code that finds it in the documents and the log. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : undefined;
  const title = problem?.title ?? 'Something went wrong in the console.';
  const detail = problem ? problem.detail : error instanceof Error ? error.message : undefined;
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      <Stack gap="xs">
        {detail && detail !== title ? <Text size="sm">{detail}</Text> : null}
        {problem && problem.errors.length > 0 ? (
          <List size="sm" spacing={4}>
            {problem.errors.map((fault) => (
              <List.Item key={`${fault.pointer} ${fault.code}`}>
                {fault.pointer ? <Code>{fault.pointer}</Code> : null} {fault.detail}
              </List.Item>
            ))}
          </List>
        ) : null}
        {problem?.remedy ? <Text size="sm">{problem.remedy}</Text> : null}
        <Group gap="md">
          {problem ? <Code>{problem.code}</Code> : null}
          {problem?.traceId ? (
            <Text size="xs" c="dimmed">
              Trace {problem.traceId}
            </Text>
          ) : null}
          {onRetry ? (
            <Anchor component="button" type="button" size="sm" onClick={onRetry}>
              Try again
            </Anchor>
          ) : null}
        </Group>
      </Stack>
    </Alert>
  );
}
