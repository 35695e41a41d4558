import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres, type TestPostgres } from '#test/postgres/index.ts';
import { pinned, startMeasured } from './process.ts';
import { print } from './report.ts';
import { measureInTurn } from './rounds.ts';
import type { Protocol } from './scenario.ts';
import { closeSubject, openSubject, type Subject } from './subject.ts';

type Engine = 'sqlite' | 'postgres';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
    protocol: { type: 'string', multiple: true, default: ['saml', 'oidc'] },
    tenants: { type: 'string', multiple: true, default: ['1', '10000'] },
    /** Another checkout, measured in turn with this one: before and after on the same minutes of the machine. */
    against: { type: 'string' },
    /** Sign-ins measured of each gateway, in rounds of a hundred. */
    count: { type: 'string', default: '1000' },
    /** Sign-ins before the measured ones: what is not compiled and cached yet would be measured otherwise. */
    warmup: { type: 'string', default: '1000' },
    latency: { type: 'string', default: 'on' },
    json: { type: 'boolean', default: false },
  },
});

// The driver keeps to the second core, so that the gateway has the first to itself.
if (process.env['SALLYPORT_BENCH_PINNED'] === undefined && pinned(1).length > 0) {
  const [command = '', ...args] = [...pinned(1), process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, SALLYPORT_BENCH_PINNED: 'yes' } });
  process.exit(status ?? 1);
}

const here = fileURLToPath(new URL('..', import.meta.url));
// The first start of a release compiles it. It is told, and not taken for those that follow.
for (const checkout of new Set(plan().map((each) => each.checkout))) {
  const first = await startMeasured(checkout, undefined);
  if (!values.json) process.stdout.write(`${checkout}: first start, ready after ${first.startMilliseconds.toFixed(0)} ms\n\n`);
  await first.stop();
}
const results: object[] = [];
for (const engine of values.engine as Engine[]) {
  const postgres = engine === 'postgres' ? await startPostgres() : undefined;
  try {
    for (const protocol of values.protocol as Protocol[]) results.push(...(await measure(engine, protocol, postgres)));
  } finally {
    await postgres?.stop();
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

async function measure(engine: Engine, protocol: Protocol, postgres: TestPostgres | undefined): Promise<object[]> {
  const subjects: Subject[] = [];
  try {
    for (const { name, checkout, tenants } of plan())
      subjects.push(await openSubject({ name, checkout, tenants, protocol, database: await postgres?.createDatabase() }));
    const measured = await measureInTurn(subjects, {
      count: Number(values.count),
      warmup: Number(values.warmup),
      latency: values.latency === 'on',
    });
    if (!values.json) print({ engine, protocol }, measured);
    return measured.map(({ subject, ...row }) => ({ engine, protocol, name: subject.name, tenants: subject.tenants, ...row }));
  } finally {
    for (const subject of subjects) await closeSubject(subject);
  }
}

/** The gateways that are measured in turn; what is compared with another checkout is compared at one tenant, as their tables may differ. */
function plan(): { name: string; checkout: string; tenants: number }[] {
  if (values.against !== undefined)
    return [
      { name: 'against', checkout: values.against, tenants: 1 },
      { name: 'this', checkout: here, tenants: 1 },
    ];
  return values.tenants.map((tenants) => ({
    name: `${tenants} tenant${tenants === '1' ? '' : 's'}`,
    checkout: here,
    tenants: Number(tenants),
  }));
}
