import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startPostgres, type TestPostgres } from '#test/postgres/index.ts';
import type { Target } from './journey.ts';
import { type Latencies, measureLatency, measureStages, type StageCosts } from './measure.ts';
import { pinned, startMeasured } from './process.ts';
import { openScenario, type Protocol } from './scenario.ts';
import { copyTenants } from './seed.ts';

/** One row of the report: protocol, engine, tenants, and what was measured. */
export interface Measured {
  protocol: Protocol;
  engine: 'sqlite' | 'postgres';
  tenants: number;
  stages: StageCosts;
  latencies: Latencies[];
  memoryMegabytes: number;
  startMilliseconds: number;
}

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
    protocol: { type: 'string', multiple: true, default: ['saml', 'oidc'] },
    tenants: { type: 'string', multiple: true, default: ['1', '10000'] },
    count: { type: 'string', default: '600' },
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

const results: Measured[] = [];
for (const engine of values.engine as Measured['engine'][]) {
  const postgres = engine === 'postgres' ? await startPostgres() : undefined;
  try {
    for (const protocol of values.protocol as Protocol[]) results.push(...(await measure({ engine, protocol, postgres })));
  } finally {
    await postgres?.stop();
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

async function measure({
  engine,
  protocol,
  postgres,
}: {
  engine: Measured['engine'];
  protocol: Protocol;
  postgres: TestPostgres | undefined;
}): Promise<Measured[]> {
  const gateway = await startMeasured(await postgres?.createDatabase());
  const scenario = await openScenario(gateway, protocol);
  const measured: Measured[] = [];
  try {
    for (const tenants of values.tenants.map(Number)) {
      const targets: readonly Target[] = tenants === 1 ? [scenario.target] : await copyTenants(gateway, scenario.sample, tenants);
      const run = { targets, provider: scenario.provider };
      const count = Number(values.count);
      // The first sign-ins compile, fill caches and open connections.
      await measureLatency(gateway, { ...run, count: Number(values.warmup), concurrency: 8 });
      const stages = await measureStages(gateway, { ...run, count });
      const latencies: Latencies[] = [];
      for (const concurrency of values.latency === 'on' ? [1, 8, 32] : [])
        latencies.push(await measureLatency(gateway, { ...run, count: Math.ceil(count / 2), concurrency }));
      const row = {
        protocol,
        engine,
        tenants,
        stages,
        latencies,
        memoryMegabytes: gateway.memoryMegabytes(),
        startMilliseconds: gateway.startMilliseconds,
      };
      measured.push(row);
      if (!values.json) print(row);
    }
  } finally {
    await scenario.close();
    await gateway.stop();
  }
  return measured;
}

function print({ protocol, engine, tenants, stages, latencies, memoryMegabytes, startMilliseconds }: Measured): void {
  const ms = (value: number): string => value.toFixed(2);
  const { whole, ...each } = stages;
  const lines = [
    `${protocol} on ${engine}, ${tenants} tenant${tenants === 1 ? '' : 's'}: ${ms(whole)} ms CPU a sign-in`,
    `  by stage   ${Object.entries(each)
      .map(([stage, cost]) => `${stage} ${ms(cost)}`)
      .join('   ')}`,
    ...latencies.map(
      ({ concurrency, perSecond, p50, p95, p99, cpuPerSignIn }) =>
        `  ${String(concurrency).padStart(2)} at once  ${perSecond.toFixed(0).padStart(4)} a second   p50 ${ms(p50)}   p95 ${ms(p95)}   p99 ${ms(p99)} ms   CPU ${ms(cpuPerSignIn)} ms`,
    ),
    `  memory ${memoryMegabytes.toFixed(0)} MB   ready after ${startMilliseconds.toFixed(0)} ms`,
  ];
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
