import { writeFileSync } from 'node:fs';

/**
 * A reporter beside the one for people: it counts, and keeps the names of what failed, for the last lines of a run of several parts.
 * Writes JSON to the file that SALLYPORT_TEST_TALLY names.
 */
// oxlint-disable-next-line import/no-default-export -- node's runner takes a reporter's default export
export default async function* tally(events) {
  const failures = [];
  let counts;
  for await (const { type, data } of events) {
    if (type === 'test:summary' && data.file === undefined) counts = { ...data.counts, duration: data.duration_ms };
    // A suite fails because something in it does: that something is named.
    const cause = data?.details?.error?.failureType;
    if (type === 'test:fail' && cause !== 'subtestsFailed') failures.push({ name: data.name, file: data.file, line: data.line });
  }
  writeFileSync(process.env.SALLYPORT_TEST_TALLY, JSON.stringify({ counts, failures }));
  yield '';
}
