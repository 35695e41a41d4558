import { Button, Collapse, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { type Doc, valueAt } from './document.ts';
import { FieldInput } from './FieldInput.tsx';
import type { Field, Section } from './field.ts';

interface Props {
  section: Section;
  doc: Doc;
  onChange: (pointer: string, value: unknown) => void;
  /** Field that must be seen: one that is at fault, or that a link leads to. */
  wanted: readonly string[];
}

/** One part of the form: what it is about on the left, its fields on the right; what is rarely needed behind a button. */
export function SectionCard({ section, doc, onChange, wanted }: Props) {
  const [more, setMore] = useState(false);
  const shown = section.fields.filter(({ when }) => !when || when[1].includes(valueAt(doc, when[0])));
  const usual = shown.filter(({ rare }) => !rare);
  const rare = shown.filter(({ rare: hidden }) => hidden);
  const isWanted = rare.some(({ pointer }) => wanted.some((one) => one === pointer || one.startsWith(`${pointer}/`)));
  const draw = (field: Field) => (
    <FieldInput
      key={field.pointer}
      field={field}
      value={valueAt(doc, field.pointer)}
      onChange={(value) => onChange(field.pointer, value)}
    />
  );
  const open = more || isWanted;
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-labelledby={`section-${section.id}`} id={section.id}>
      <div className="form-section">
        <div>
          <Title order={2} id={`section-${section.id}`}>
            {section.title}
          </Title>
          <Text size="sm" c="dimmed" mt={4}>
            {section.about}
          </Text>
        </div>
        <Stack gap="lg" miw={0}>
          {usual.map(draw)}
          {rare.length > 0 ? (
            <>
              <Button
                variant="subtle"
                size="compact-sm"
                w="fit-content"
                ml={-8}
                onClick={() => setMore(!open)}
                aria-expanded={open}
                disabled={isWanted}
              >
                {open ? 'Fewer options' : `More options (${rare.length})`}
              </Button>
              <Collapse expanded={open}>
                <Stack gap="lg">{rare.map(draw)}</Stack>
              </Collapse>
            </>
          ) : null}
        </Stack>
      </div>
    </Paper>
  );
}
