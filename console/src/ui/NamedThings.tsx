import { Button, Group, Modal, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { usePages } from '../api/pages.ts';
import { Confirm } from './Confirm.tsx';
import { type Column, DataTable } from './DataTable.tsx';
import { PlusIcon } from './icons.tsx';
import { PageHead } from './PageHead.tsx';
import { useChange } from './useChange.tsx';
import { capitalised } from './words.ts';

interface Named {
  id: string;
  name: string;
  description: string;
  builtIn?: boolean;
}

interface Props<Thing extends Named> {
  /** `group`: what one of them is called, and what the API calls them. */
  noun: string;
  path: string;
  title: string;
  about: string;
  mayWrite: boolean;
  read: (cursor: string | undefined) => Promise<{ items: Thing[]; next: string | null } | undefined>;
  remove: (id: string) => Promise<unknown>;
  /** What deleting one does. */
  consequence: string;
  /** Beside a name, and between name and actions. */
  mark?: (thing: Thing) => ReactNode;
  columns?: readonly Column<Thing>[];
  empty: (add: ReactNode) => ReactNode;
  /** The form in the dialogue; without an id it is a new one. */
  form: (thing: Partial<Thing>, onDone: () => void) => ReactNode;
}

/** Things that have a name and what it is for: listed, added, changed in a dialogue, deleted after asking. */
export function NamedThings<Thing extends Named>(props: Props<Thing>) {
  const { noun, path, title, about, mayWrite, mark, columns = [] } = props;
  const [edited, setEdited] = useState<Partial<Thing>>();
  const [removed, setRemoved] = useState<Thing>();
  const list = usePages<Thing>([path], props.read);
  const remove = useChange(async (id: string) => void (await props.remove(id)), {
    touches: [path, 'users'],
    done: `The ${noun} was deleted`,
  });
  const add = mayWrite ? (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => setEdited({})}>
      Add a {noun}
    </Button>
  ) : null;
  const name: Column<Thing> = {
    head: capitalised(noun),
    cell: (thing) => (
      <>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {thing.name}
          </Text>
          {mark?.(thing)}
        </Group>
        <Text size="xs" c="dimmed">
          {thing.description}
        </Text>
      </>
    ),
  };
  const actions: Column<Thing> = {
    head: '',
    cell: (thing) => (thing.builtIn ? null : <RowActions thing={thing} onChange={setEdited} onDelete={setRemoved} />),
  };
  return (
    <>
      <PageHead title={title} about={about} actions={add} />
      <DataTable
        label={title}
        of={list}
        keyOf={({ id }) => id}
        empty={props.empty(add)}
        columns={[name, ...columns, ...(mayWrite ? [actions] : [])]}
      />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited?.id ? `Change the ${noun}` : `Add a ${noun}`}
        size="lg"
      >
        {edited ? props.form(edited, () => setEdited(undefined)) : null}
      </Modal>
      <Confirm
        opened={removed !== undefined}
        title={`Delete ${removed?.name ?? ''}?`}
        verb="Delete"
        pending={remove.isPending}
        error={remove.error}
        onClose={() => setRemoved(undefined)}
        onConfirm={() => removed && remove.mutate(removed.id, { onSuccess: () => setRemoved(undefined) })}
      >
        {props.consequence}
      </Confirm>
    </>
  );
}

interface RowProps<Thing> {
  thing: Thing;
  onChange: (thing: Thing) => void;
  onDelete: (thing: Thing) => void;
}

function RowActions<Thing extends Named>({ thing, onChange, onDelete }: RowProps<Thing>) {
  return (
    <Group gap="xs" justify="flex-end">
      <Button size="xs" variant="subtle" onClick={() => onChange(thing)} aria-label={`Change ${thing.name}`}>
        Change
      </Button>
      <Button size="xs" variant="subtle" color="red" onClick={() => onDelete(thing)} aria-label={`Delete ${thing.name}`}>
        Delete
      </Button>
    </Group>
  );
}
