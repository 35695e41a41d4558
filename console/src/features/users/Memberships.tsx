import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { User } from './UsersPage.tsx';

interface Props {
  title: string;
  of: User['groups'];
  providers: readonly { id: string; name: string }[];
}

/** What somebody belongs to, and why: only its source takes a membership away. */
export function Memberships({ title, of, providers }: Props) {
  const wordsOf = (source: string): string => {
    if (source === 'manual') return 'by hand';
    if (source === 'default') return 'given when the account was made';
    const id = source.replace(/^idp:/, '');
    return `from ${providers.find((one) => one.id === id)?.name ?? 'an identity provider'}`;
  };
  return (
    <Paper withBorder radius="lg" p="lg">
      <Title order={2} mb="sm">
        {title}
      </Title>
      {of.length === 0 ? (
        <Text size="sm" c="dimmed">
          None
        </Text>
      ) : (
        <Stack gap="xs">
          {of.map(({ id, name, sources }) => (
            <Group key={id} gap="sm">
              <Text size="sm" fw={550}>
                {name}
              </Text>
              {sources.map((source) => (
                <Badge key={source} variant="default" tt="none" fw={450}>
                  {wordsOf(source)}
                </Badge>
              ))}
            </Group>
          ))}
        </Stack>
      )}
    </Paper>
  );
}
