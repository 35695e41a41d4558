import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type HealthNeeds, healthRoutes } from './health.ts';
import { createLogger } from './logging.ts';
import { createMetrics } from './metrics.ts';
import { createServer, sendProblem } from './server.ts';

function open(needs: Partial<HealthNeeds> = {}) {
  const metrics = createMetrics({ processMetrics: 'leave out' });
  const app = createServer({
    locate: (_host, path) => path,
    sendProblemPage: async (request, reply, problem) => sendProblem(reply, problem, request.id),
    logger: createLogger({ level: 'silent' }),
  });
  metrics.measureRequests(app);
  app.get('/t/:name', (request, reply) => reply.code((request.params as { name: string }).name === 'none' ? 404 : 200).send({}));
  healthRoutes(app, { ping: async () => {}, isServing: () => true, metrics, ...needs });
  return { app, metrics };
}

describe('Health', () => {
  test('the process answers whatever its store does', async () => {
    const { app } = open({ ping: () => Promise.reject(new Error('down')), isServing: () => false });
    assert.equal((await app.inject('/healthz')).statusCode, 200);
  });

  test('it is ready when the store answers and it serves', async () => {
    assert.deepEqual((await open().app.inject('/readyz')).json(), { status: 'ready' });
  });

  for (const [name, needs] of [
    ['the store rejects', { ping: () => Promise.reject(new Error('no such table: installation; password=hunter2')) }],
    ['it is not migrated yet, or stops', { isServing: () => false }],
  ] as const) {
    test(`it is not ready when ${name}`, async () => {
      const answer = await open(needs).app.inject('/readyz');
      assert.deepEqual([answer.statusCode, answer.json().code], [503, 'http.unavailable']);
      assert.doesNotMatch(answer.body, /hunter2|installation/);
    });
  }

  test('it is not ready when the store does not answer in time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => void (asked = resolve));
    const answer = open({ ping: () => new Promise(() => asked()) }).app.inject('/readyz');
    void answer.then(() => {});
    await isAsked;
    t.mock.timers.tick(2000);
    assert.equal((await answer).json().code, 'http.unavailable');
  });
});

describe('Metrics', () => {
  test('count requests by route and status, never by address', async () => {
    const { app } = open();
    for (const url of ['/t/acme', '/t/globex?code=secret-value', '/t/none', '/wp-admin.php', '/.env']) await app.inject(url);
    const answer = await app.inject('/metrics');
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    assert.match(answer.body, /sallyport_http_request_duration_seconds_count\{method="GET",route="\/t\/:name",status="200"\} 2/);
    assert.match(answer.body, /_count\{method="GET",route="\/t\/:name",status="404"\} 1/);
    assert.match(answer.body, /_count\{method="GET",route="none",status="404"\} 2/);
    assert.doesNotMatch(answer.body, /acme|globex|secret-value|wp-admin/);
  });

  test('count sign-ins by protocol, outcome and code', async () => {
    const { app, metrics } = open();
    metrics.countSignIn({ protocol: 'saml', outcome: 'signed-in' });
    metrics.countSignIn({ protocol: 'saml', outcome: 'refused', code: 'saml.audience_mismatch' });
    metrics.countSignIn({ protocol: 'saml', outcome: 'refused', code: 'saml.audience_mismatch' });
    const { body } = await app.inject('/metrics');
    assert.match(body, /sallyport_sign_ins_total\{protocol="saml",outcome="signed-in",code=""\} 1/);
    assert.match(body, /sallyport_sign_ins_total\{protocol="saml",outcome="refused",code="saml.audience_mismatch"\} 2/);
  });

  test('tell of the process and its event loop', async () => {
    const metrics = createMetrics({ processMetrics: 'collect' });
    const { text } = await metrics.read();
    assert.match(text, /nodejs_eventloop_lag_seconds /);
    assert.match(text, /process_resident_memory_bytes /);
    metrics.close();
  });
});
