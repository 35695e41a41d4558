import { Alert, Button, Group, List, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { Shown } from '../../../ui/Shown.tsx';
import { type Preset, useVendorGuide } from '../api.ts';
import { GuideSteps } from './GuideSteps.tsx';
import { shownPointers } from './pasted.ts';
import { freeSlug, slugOf, useWizardPlace } from './place.ts';
import { useTakenSlugs } from './taken.ts';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What it is called here, and the way through the vendor's console with our addresses in it. */
export function CopyThere({ presets }: { presets: readonly Preset[] }) {
  const { preset, kind, name, slug, go } = useWizardPlace();
  const taken = useTakenSlugs();
  const [called, setCalled] = useState(name);
  const [short, setShort] = useState(slug);
  const [own, setOwn] = useState(slug !== '' && slug !== freeSlug(slugOf(name), taken));
  const [wanted] = useDebouncedValue(`${called}\n${short}`, 400);
  const fault =
    short === ''
      ? undefined
      : !SLUG.test(short)
        ? 'Lower-case letters, digits and dashes'
        : taken.includes(short)
          ? 'In use already'
          : undefined;
  useEffect(() => {
    const [newName = '', newSlug = ''] = wanted.split('\n');
    if (newName !== name || newSlug !== slug) go({ name: newName, slug: newSlug }, { replace: true });
  }, [wanted]);
  const guide = useVendorGuide(preset, kind, SLUG.test(slug) ? slug : '');
  const know = presets.find(({ id }) => id === preset)?.kinds.find((one) => one.kind === kind)?.know ?? [];
  const isReady = called.trim() !== '' && short !== '' && fault === undefined;
  return (
    <Stack gap="lg">
      <Paper withBorder radius="lg" p="lg">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          <TextInput
            label="Name"
            description="For you and your colleagues."
            placeholder="Acme"
            value={called}
            onChange={(event) => {
              setCalled(event.currentTarget.value);
              if (!own)
                setShort(event.currentTarget.value.trim() === '' ? '' : freeSlug(slugOf(event.currentTarget.value), taken));
            }}
            required
          />
          <TextInput
            label="Short name in addresses"
            description="Part of the addresses below, and cannot be changed later."
            value={short}
            onChange={(event) => {
              setOwn(true);
              setShort(event.currentTarget.value);
            }}
            error={fault}
            required
            spellCheck={false}
          />
        </SimpleGrid>
      </Paper>
      {know.length > 0 ? (
        <Alert variant="light" color="gray" title="Good to know beforehand">
          <List size="sm" spacing="xs">
            {know.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </Alert>
      ) : null}
      <Paper withBorder radius="lg" p="lg">
        <Title order={2} mb="lg">
          In the vendor’s console
        </Title>
        {slug === '' ? (
          <Text size="sm" c="dimmed">
            Give it a name first; then the addresses to copy appear here.
          </Text>
        ) : (
          <Shown of={guide}>{(told) => <GuideSteps guide={told} asked={shownPointers} />}</Shown>
        )}
      </Paper>
      <Group justify="space-between">
        <Button variant="default" onClick={() => go({ step: 'vendor' })}>
          Back
        </Button>
        <Button onClick={() => go({ step: 'here', name: called.trim(), slug: short })} disabled={!isReady}>
          I have done this
        </Button>
      </Group>
    </Stack>
  );
}
