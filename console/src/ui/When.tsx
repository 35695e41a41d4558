import { Text, Tooltip } from '@mantine/core';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function tell(at: Date): string {
  const seconds = (at.getTime() - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.round(seconds / size), unit);
}

/** A moment as people say it, exact on hover and for screen readers. */
export function When({ at }: { at: string | null | undefined }) {
  if (!at)
    return (
      <Text component="span" c="dimmed" inherit>
        Never
      </Text>
    );
  const time = new Date(at);
  return (
    <Tooltip label={exact.format(time)}>
      <time dateTime={at} title={exact.format(time)}>
        {tell(time)}
      </time>
    </Tooltip>
  );
}
