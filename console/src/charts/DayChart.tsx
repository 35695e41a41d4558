import { Box, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { type DayOfFigures, dayFilter } from './figures.ts';
import { heightOf, linesOf, namedEvery, roundUp } from './scale.ts';
import { counted, nameOfDay, shortNameOfDay } from './words.ts';

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** A bar a day, each a link to its sign-ins. The tab key stops here once; arrows go from day to day, and what a day says stands above. */
export function DayChart({ days, identityProviderId }: { days: readonly DayOfFigures[]; identityProviderId?: string }) {
  const [pointed, setPointed] = useState<number>();
  const [stop, setStop] = useState(days.length - 1);
  const bars = useRef<HTMLDivElement>(null);
  const last = days.length - 1;
  const top = roundUp(Math.max(...days.map(({ succeeded, refused }) => succeeded + refused)));
  const day = days[pointed ?? -1];
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(last, Math.max(0, step(Math.min(stop, last), last)));
    setStop(next);
    bars.current?.querySelectorAll('a')[next]?.focus();
  };
  return (
    <Box className="chart">
      <Text size="sm" mih={22} className="figure" aria-hidden>
        {day ? (
          <>
            <b>{nameOfDay(day)}</b> · {counted(day)}
          </>
        ) : (
          <Legend />
        )}
      </Text>
      <Box className="chart-plot">
        <Lines top={top} />
        <div
          ref={bars}
          role="group"
          aria-label="Sign-ins by day"
          className="chart-bars"
          onKeyDown={move}
          onMouseLeave={() => setPointed(undefined)}
        >
          {days.map((one, index) => (
            <Link
              key={one.date}
              to="/sign-ins"
              search={dayFilter(one, identityProviderId) as never}
              className="chart-day"
              tabIndex={index === Math.min(stop, last) ? 0 : -1}
              aria-label={`${nameOfDay(one)}: ${counted(one)}`}
              onMouseEnter={() => setPointed(index)}
              onFocus={() => {
                setPointed(index);
                setStop(index);
              }}
              onBlur={() => setPointed(undefined)}
            >
              <Bar kind="refused" count={one.refused} top={top} />
              <Bar kind="succeeded" count={one.succeeded} top={top} />
            </Link>
          ))}
        </div>
      </Box>
      <DayNames days={days} />
    </Box>
  );
}

function Bar({ kind, count, top }: { kind: 'refused' | 'succeeded'; count: number; top: number }) {
  return count === 0 ? null : <span className={`chart-${kind}`} style={{ height: `${heightOf(count, top)}%` }} />;
}

function Legend() {
  return (
    <span className="chart-legend">
      <span className="chart-key chart-succeeded" /> Signed in
      <span className="chart-key chart-refused" /> Refused
    </span>
  );
}

function Lines({ top }: { top: number }) {
  return (
    <div className="chart-lines" aria-hidden>
      {linesOf(top).map((value) => (
        <div key={value} className="chart-line" style={{ bottom: `${(100 * value) / top}%` }}>
          <span>{value}</span>
        </div>
      ))}
    </div>
  );
}

/** Counted from today, which is always named. */
function DayNames({ days }: { days: readonly DayOfFigures[] }) {
  const every = namedEvery(days.length);
  return (
    <div className="chart-names" data-many={days.length > 8 || undefined} aria-hidden>
      {days.map((day, index) => (
        <span key={day.date} className="chart-name">
          {(days.length - 1 - index) % every === 0 ? <span>{shortNameOfDay(day, days.length)}</span> : null}
        </span>
      ))}
    </div>
  );
}
