import './charts.css';
import { Anchor, Group, Paper, SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Shown } from '../ui/Shown.tsx';
import { CauseList } from './CauseList.tsx';
import { DayChart } from './DayChart.tsx';
import { DayTable } from './DayTable.tsx';
import { type Figures, useFigures } from './figures.ts';
import { percentOf } from './scale.ts';

const WEEK = 7;
const MONTH = 30;
/** More than traces are ever kept: the answer has what is there. */
const ALL = 365;

export interface FiguresProps {
  identityProviderId?: string;
  /** At most so many causes, where the list below is what people come for. */
  causes?: number;
}

/** Sign-ins by day and refusals by cause, over a span that is chosen here. */
export function FiguresCards({ identityProviderId, causes }: FiguresProps) {
  const [days, setDays] = useState(WEEK);
  const query = useFigures(days, identityProviderId);
  const kept = query.data?.keptDays ?? MONTH;
  const spans = [
    { value: String(WEEK), label: '7 days' },
    ...(kept >= MONTH ? [{ value: String(MONTH), label: '30 days' }] : []),
    ...(kept === WEEK || kept === MONTH ? [] : [{ value: String(ALL), label: `All ${kept} days` }]),
  ];
  return (
    <div className="figures-cards">
      <Paper withBorder radius="lg" p="lg">
        <Group justify="space-between" mb="xs">
          <Title order={2}>Sign-ins</Title>
          <SegmentedControl
            size="xs"
            aria-label="Time span"
            data={spans}
            value={String(days)}
            onChange={(value) => setDays(Number(value))}
          />
        </Group>
        <Shown of={query} rows={4}>
          {(figures) => <Days figures={figures} identityProviderId={identityProviderId} />}
        </Shown>
      </Paper>
      <Paper withBorder radius="lg" p="lg">
        <Title order={2} mb="sm">
          Refused, by cause
        </Title>
        <Shown of={query} rows={4}>
          {(figures) => <CauseList figures={figures} identityProviderId={identityProviderId} most={causes} />}
        </Shown>
      </Paper>
    </div>
  );
}

function Days({ figures: { days }, identityProviderId }: { figures: Figures; identityProviderId?: string }) {
  const [isTable, setTable] = useState(false);
  const succeeded = days.reduce((sum, day) => sum + day.succeeded, 0);
  const refused = days.reduce((sum, day) => sum + day.refused, 0);
  const percent = percentOf(succeeded, refused);
  return (
    <>
      {isTable ? (
        <DayTable days={days} identityProviderId={identityProviderId} />
      ) : (
        <DayChart days={days} identityProviderId={identityProviderId} />
      )}
      <Group justify="space-between" mt="xs">
        <Text size="xs" c="dimmed" className="figure">
          {percent === undefined ? 'Nobody has tried.' : `${succeeded} signed in, ${refused} refused: ${percent} % success`}
        </Text>
        <Anchor component="button" type="button" size="xs" onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </Anchor>
      </Group>
    </>
  );
}
