import { Anchor, Code, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Actor } from '../../ui/Actor.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { FactValue } from '../../ui/Timeline.tsx';
import { When } from '../../ui/When.tsx';
import type { AuditEvent } from './AuditPage.tsx';
import { type Changed, differencesOf } from './differences.ts';
import { Target } from './Target.tsx';
import { partsOf } from './words.ts';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** One event whole: who, on what, and what it changed, member by member. */
export function EventDetails({ event }: { event: AuditEvent }) {
  const { kind, id } = partsOf(event.actor);
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [
            'When',
            <>
              {exact.format(new Date(event.at))} (<When at={event.at} />)
            </>,
          ],
          ['Who', <Actor actor={{ kind, id }} />],
          ['On', <Target event={event} />],
          [
            'Sign-in',
            event.reference ? (
              <Anchor component={Link} to={`/sign-ins/${event.reference}` as '/'} size="sm" underline="always">
                {event.reference}
              </Anchor>
            ) : null,
          ],
          ['Problem', event.code ? <Code>{event.code}</Code> : null],
          ['Action', <Code>{event.action}</Code>],
        ]}
      />
      <Changes event={event} />
      <div>
        <Text size="xs" c="dimmed">
          Entry {event.sequence} of the chain
        </Text>
        <Text size="xs" c="dimmed" ff="monospace" className="timeline-fact">
          {event.hash}
        </Text>
      </div>
    </Stack>
  );
}

function Changes({ event: { before, after } }: { event: AuditEvent }) {
  const changes = differencesOf(before, after);
  if (changes.length === 0) return null;
  const title = before === undefined ? 'What was recorded' : after === undefined ? 'What was there' : 'What changed';
  return (
    <section>
      <Title order={3} mb="xs">
        {title}
      </Title>
      <Stack gap={0} component="dl" m={0}>
        {changes.map((changed) => (
          <OneChange key={changed.name} changed={changed} isBoth={before !== undefined && after !== undefined} />
        ))}
      </Stack>
    </section>
  );
}

function OneChange({ changed: { name, before, after }, isBoth }: { changed: Changed; isBoth: boolean }) {
  return (
    <div className="audit-change">
      <Text component="dt" size="sm" c="dimmed" className="timeline-fact">
        {name || 'Value'}
      </Text>
      {isBoth ? (
        <>
          <Side word="Before" value={before} />
          <Side word="After" value={after} />
        </>
      ) : (
        <dd className="audit-side">
          <FactValue value={after ?? before} />
        </dd>
      )}
    </div>
  );
}

function Side({ word, value }: { word: 'Before' | 'After'; value: unknown }) {
  return (
    <dd className={`audit-side audit-${word.toLowerCase()}`}>
      <Text span size="xs" fw={600}>
        {word}
      </Text>
      {value === undefined ? (
        <Text size="sm" c="dimmed">
          not there
        </Text>
      ) : (
        <FactValue value={value ?? 'none'} />
      )}
    </dd>
  );
}
