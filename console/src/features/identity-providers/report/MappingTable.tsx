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
      <Table verticalSpacing="xs" aria-label="Attributes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Attribute</Table.Th>
            <Table.Th visibleFrom="sm">Read from</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th>Result</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mappings.map(({ attribute, from, value, outcome }) => (
            <Table.Tr key={attribute}>
              <Table.Td>{nameOfAttribute(attribute)}</Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" ff="monospace" className="timeline-fact" fz="xs">
                  {from}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="timeline-fact" lineClamp={6}>
                  {value === null || value === undefined
                    ? '–'
                    : Array.isArray(value)
                      ? value.map(textOf).join(', ') || '–'
                      : textOf(value)}
                </Text>
              </Table.Td>
              <Table.Td w={140}>
                <Status tone={outcomes[outcome].tone}>{outcomes[outcome].word}</Status>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
