import { Button, Group, Stack, Text } from '@mantine/core';
import { CopyValue } from '../../ui/CopyValue.tsx';

/** A client secret, the one time that it is shown. */
export function Secret({ id, secret, onDone }: { id: string; secret: string; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">This is the only time that the secret is shown. Put it where the application reads its configuration.</Text>
      <CopyValue label="Client id" value={id} />
      <CopyValue label="Client secret" value={secret} />
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept it</Button>
      </Group>
    </Stack>
  );
}
