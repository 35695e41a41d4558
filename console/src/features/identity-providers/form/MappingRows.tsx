import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { faultAt } from '../../../ui/faults.ts';
import { ArrowIcon, CrossIcon, PlusIcon } from '../../../ui/icons.tsx';
import { useFormFacts } from './context.ts';
import { FaultText } from './FaultText.tsx';
import type { Field } from './field.ts';
import { Legend } from './Legend.tsx';

/** More rows than anybody reads at once slow the page down. */
const SHOWN = 50;

interface Props<Row> {
  field: Field;
  value: unknown;
  onChange: (rows: Row[]) => void;
  /** What a new row holds. */
  fresh: Row;
  /** What the button says that adds one. */
  verb: string;
  nameOf: (row: Row) => string;
  /** What the provider sends, left of the arrow. */
  theirs: (row: Row, index: number, set: (row: Row) => void) => ReactNode;
  /** What it stands for here, right of it. @param name how the row is called to screen readers */
  ours: (row: Row, name: string, set: (row: Row) => void) => ReactNode;
}

/** Pairs of what the provider sends and what it stands for here, each with what is wrong with it and a way to be rid of it. */
export function MappingRows<Row>({ field, value, onChange, fresh, verb, nameOf, theirs, ours }: Props<Row>) {
  const { error, disabled } = useFormFacts();
  const [most, setMost] = useState(SHOWN);
  const rows = (value ?? []) as Row[];
  return (
    <Legend label={field.label} help={field.help} pointer={field.pointer}>
      <Stack gap="xs">
        {rows.slice(0, most).map((row, index) => {
          const fault = faultAt(error, `${field.pointer}/${index}`);
          const name = nameOf(row) || `mapping ${index + 1}`;
          const set = (changed: Row): void => onChange(rows.with(index, changed));
          return (
            <Stack key={index} gap={2} className="mapping">
              <div className="mapping-row">
                {theirs(row, index, set)}
                <Text c="dimmed" component="span" className="mapping-arrow">
                  <ArrowIcon size={15} />
                </Text>
                {ours(row, name, set)}
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={36}
                  className="mapping-remove"
                  aria-label={`Remove the mapping of ${name}`}
                  onClick={() => onChange(rows.toSpliced(index, 1))}
                  disabled={disabled}
                >
                  <CrossIcon size={16} />
                </ActionIcon>
              </div>
              <FaultText>{fault}</FaultText>
            </Stack>
          );
        })}
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} />}
            onClick={() => {
              setMost(Math.max(most, rows.length + 1));
              onChange([...rows, fresh]);
            }}
            disabled={disabled}
          >
            {verb}
          </Button>
          {rows.length > most ? (
            <Button variant="subtle" size="xs" onClick={() => setMost(most + 200)}>
              Show {Math.min(200, rows.length - most)} more of {rows.length}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Legend>
  );
}
