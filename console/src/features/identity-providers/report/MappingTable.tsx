import { Table, Text } from '@mantine/core';
import { Status } from '../../../ui/Status.tsx';
import type { Findings } from '../api.ts';
import { nameOfAttribute, textOf } from '../words.ts';

const outcomes = {
  value: { word: 'came', tone: 'good' },
  default: { word: 'stands in', tone: 'info' },
  missing: { word: 'did not come', tone: 'warn' },
  empty: { word: 'came empty', tone: 'quiet' },
  overage: { word: 'incomplete', tone: 'warn' },
} as const;

/** Each attribute: which claim it is read from, and what came of it. */
export function MappingTable({ mappings }: { mappings: Findings['mappings'] }) {
  return (
    <Table.ScrollContainer minWidth={0}>
      <Table verticalSpacing="xs" aria-label="Attributes" className="item-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Attribute</Table.Th>
            <Table.Th>Read from</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th w={140}>Result</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mappings.map(({ attribute, from, value, outcome }) => (
            <Table.Tr key={attribute}>
              <Table.Td fw={550}>{nameOfAttribute(attribute)}</Table.Td>
              <Table.Td data-head="Read from">
                <Text size="sm" ff="monospace" className="timeline-fact" fz="xs">
                  {from}
                </Text>
              </Table.Td>
              <Table.Td data-head="Value">
                <Text size="sm" className="timeline-fact" lineClamp={6}>
                  {value === null || value === undefined
                    ? '–'
                    : Array.isArray(value)
                      ? value.map(textOf).join(', ') || '–'
                      : textOf(value)}
                </Text>
              </Table.Td>
              <Table.Td data-head="Result">
                <Status tone={outcomes[outcome].tone}>{outcomes[outcome].word}</Status>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
