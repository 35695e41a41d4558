import { Anchor, Autocomplete, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { api } from '../../../api/client.ts';
import { useMay } from '../../../api/me.ts';
import { useGroupNames } from '../../../api/names.ts';
import { usePages } from '../../../api/pages.ts';
import { DataTable } from '../../../ui/DataTable.tsx';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { SearchIcon } from '../../../ui/icons.tsx';
import { ProblemNote } from '../../../ui/ProblemNote.tsx';
import { useChange } from '../../../ui/useChange.tsx';
import { When } from '../../../ui/When.tsx';
import { type Provider, type SeenGroup, touched } from '../api.ts';
import { useQueryTexts, useSetQuery } from '../routes.ts';

type State = SeenGroup['state'];
const states: readonly { value: State | 'all'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'unmapped', label: 'Not mapped' },
  { value: 'by-name', label: 'By name' },
  { value: 'mapped', label: 'Mapped' },
];

/** What the provider has sent in its groups claim, and what each stands for here. */
export function GroupsTab({ provider }: { provider: Provider }) {
  const { q = '', state = 'all' } = useQueryTexts();
  const set = useSetQuery();
  const [text, setText] = useState(q);
  const [wanted] = useDebouncedValue(text.trim(), 300);
  useEffect(() => {
    if (wanted !== q) set({ q: wanted || undefined });
  }, [wanted]);
  const list = usePages<SeenGroup>(['identity-providers', provider.id, 'groups-seen', q, state], async (cursor) => {
    const query = { limit: 50, cursor, ...(q ? { q } : {}), ...(state === 'all' ? {} : { state: state as State }) };
    return (await api.GET('/api/v1/identity-providers/{id}/groups-seen', { params: { path: { id: provider.id }, query } })).data;
  });
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Which groups"
          data={[...states]}
          value={state}
          onChange={(to) => set({ state: to === 'all' ? undefined : to })}
        />
        <TextInput
          aria-label="Find a group"
          placeholder="Find a group"
          leftSection={<SearchIcon size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          w={{ base: '100%', xs: 240 }}
        />
      </Group>
      <DataTable
        label="Groups seen"
        of={list}
        keyOf={({ external }) => external}
        empty={
          <EmptyState title={q || state !== 'all' ? 'Nothing matches' : 'No groups have come yet'}>
            Groups appear here when people sign in. Then one click says which group here each of them means.
          </EmptyState>
        }
        columns={[
          { head: 'At the provider', cell: (row) => <NameCell provider={provider} seen={row} /> },
          { head: 'Here', roomy: true, cell: (row) => <MeaningCell provider={provider} seen={row} /> },
          { head: 'Last seen', wide: true, cell: (row) => <When at={row.lastSeenAt} /> },
          { head: 'Times', wide: true, cell: (row) => <span className="figure">{row.times}</span> },
        ]}
      />
    </Stack>
  );
}

function NameCell({ provider, seen }: { provider: Provider; seen: SeenGroup }) {
  const mayChange = useMay('identity-providers:write') && seen.state === 'mapped';
  const [label, setLabel] = useState<string>();
  const save = useChange(
    async (text: string) => {
      const body = { external: seen.external, label: text.trim() || null };
      return (
        await api.POST('/api/v1/identity-providers/{id}/groups-seen/label', { params: { path: { id: provider.id } }, body })
      ).data;
    },
    { touches: touched },
  );
  if (label !== undefined)
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(label, { onSuccess: () => setLabel(undefined) });
        }}
      >
        <Group gap="xs" wrap="nowrap" className="inline-form">
          <TextInput
            size="xs"
            aria-label={`Label of ${seen.external}`}
            placeholder={`Label for ${seen.external}`}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            autoFocus
          />
          <Button size="xs" type="submit" loading={save.isPending}>
            Save
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setLabel(undefined)}>
            Cancel
          </Button>
        </Group>
        {save.error ? <ProblemNote error={save.error} /> : null}
      </form>
    );
  return (
    <>
      <Text size="sm" fw={600} className="timeline-fact">
        {seen.label ?? seen.external}
      </Text>
      <Group gap="xs">
        {seen.label ? (
          <Text size="xs" c="dimmed" ff="monospace" className="timeline-fact">
            {seen.external}
          </Text>
        ) : null}
        {mayChange ? (
          <Anchor component="button" type="button" size="xs" onClick={() => setLabel(seen.label ?? '')}>
            {seen.label ? 'Rename' : 'Add a label'}
          </Anchor>
        ) : null}
      </Group>
    </>
  );
}

/** What it stands for; or the offer to say so, with the group of the same name first. */
function MeaningCell({ provider, seen }: { provider: Provider; seen: SeenGroup }) {
  const mayChange = useMay('identity-providers:write');
  const groups = useGroupNames();
  const [choosing, setChoosing] = useState(false);
  const [group, setGroup] = useState('');
  const map = useChange(
    async (name: string) => {
      const body = { external: seen.external, group: name };
      return (await api.POST('/api/v1/identity-providers/{id}/groups-seen/map', { params: { path: { id: provider.id } }, body }))
        .data;
    },
    { touches: [...touched, 'groups'], done: 'Mapped' },
  );
  if (choosing)
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (group.trim()) map.mutate(group.trim(), { onSuccess: () => setChoosing(false) });
        }}
      >
        <Group gap="xs" wrap="nowrap" className="inline-form">
          <Autocomplete
            size="xs"
            aria-label={`Group here for ${seen.external}`}
            placeholder="Group here"
            data={groups}
            value={group}
            onChange={setGroup}
            autoFocus
          />
          <Button size="xs" type="submit" loading={map.isPending} disabled={group.trim() === ''}>
            Map
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setChoosing(false)}>
            Cancel
          </Button>
        </Group>
        {map.error ? <ProblemNote error={map.error} /> : null}
      </form>
    );
  return (
    <Stack gap={4} align="flex-start">
      {seen.groups.length > 0 ? <Text size="sm">{seen.groups.join(', ')}</Text> : null}
      {seen.state === 'by-name' && seen.suggestion ? (
        <Text size="sm">
          {seen.suggestion.name}{' '}
          <Text span size="xs" c="dimmed">
            by its name
          </Text>
        </Text>
      ) : null}
      {seen.state === 'unmapped' && !mayChange ? <Text c="dimmed">Nothing</Text> : null}
      {mayChange ? (
        <Group gap={4}>
          {seen.suggestion && seen.state === 'unmapped' ? (
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => map.mutate(seen.suggestion?.name ?? '')}
              loading={map.isPending}
            >
              Map to {seen.suggestion.name}
            </Button>
          ) : null}
          {seen.state === 'unmapped' ? (
            <Button size="compact-xs" variant="default" onClick={() => setChoosing(true)}>
              Map to …
            </Button>
          ) : (
            <Anchor component="button" type="button" size="xs" onClick={() => setChoosing(true)}>
              Map to another as well
            </Anchor>
          )}
        </Group>
      ) : null}
      {map.error ? <ProblemNote error={map.error} /> : null}
    </Stack>
  );
}
