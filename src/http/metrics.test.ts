import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMetrics, type Figure } from './metrics.ts';

const open = () => createMetrics({ processMetrics: 'leave out' });
const linesOf = async (metrics: ReturnType<typeof open>, name: string): Promise<string[]> =>
  (await metrics.read()).text.split('\n').filter((line) => line.startsWith(name));

describe('Sign-ins by provider', () => {
  it('are counted by opaque ids and outcome', async () => {
    const metrics = open();
    for (const outcome of ['signed-in', 'signed-in', 'refused'] as const)
      metrics.countProviderSignIn({ tenant: 'tnt_1', provider: 'idp_1', outcome });
    assert.deepEqual(await linesOf(metrics, 'sallyport_provider_sign_ins_total'), [
      'sallyport_provider_sign_ins_total{tenant="tnt_1",provider="idp_1",outcome="signed-in"} 2',
      'sallyport_provider_sign_ins_total{tenant="tnt_1",provider="idp_1",outcome="refused"} 1',
    ]);
  });

  it('make no more than so many series, however many providers there are', async () => {
    const metrics = open();
    for (let index = 0; index < 600; index++)
      metrics.countProviderSignIn({ tenant: `tnt_${index}`, provider: `idp_${index}`, outcome: 'signed-in' });
    metrics.countProviderSignIn({ tenant: 'tnt_3', provider: 'idp_3', outcome: 'signed-in' });
    const lines = await linesOf(metrics, 'sallyport_provider_sign_ins_total');
    assert.equal(lines.length, 501);
    assert.ok(lines.includes('sallyport_provider_sign_ins_total{tenant="other",provider="other",outcome="signed-in"} 100'));
    assert.ok(lines.includes('sallyport_provider_sign_ins_total{tenant="tnt_3",provider="idp_3",outcome="signed-in"} 2'));
  });
});

describe('A figure that is read when somebody asks', () => {
  const figure = (read: Figure['read']): Figure => ({ name: 'sallyport_things', help: 'Things.', labels: ['kind'], read });

  it('is read once for all who ask at about the same time', async () => {
    const metrics = open();
    let reads = 0;
    metrics.observe(figure(async () => [{ labels: { kind: 'a' }, value: ++reads }]));
    assert.deepEqual(await linesOf(metrics, 'sallyport_things'), ['sallyport_things{kind="a"} 1']);
    assert.deepEqual(await linesOf(metrics, 'sallyport_things'), ['sallyport_things{kind="a"} 1']);
    assert.equal(reads, 1);
  });

  it('that cannot be read leaves the others readable', async () => {
    const metrics = open();
    metrics.observe(figure(() => Promise.reject(new Error('the store is away'))));
    metrics.countSignIn({ protocol: 'saml', outcome: 'signed-in' });
    assert.deepEqual(await linesOf(metrics, 'sallyport_things'), []);
    assert.equal((await linesOf(metrics, 'sallyport_sign_ins_total')).length, 1);
  });
});
