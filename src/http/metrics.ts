import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gateway } from './server.ts';

/**
 * Figures for Prometheus. No label holds a name, a person or an address: the page is public. Tenants and providers stand in it by their
 * opaque ids, and only so many: their number is not bounded.
 */
export interface Metrics {
  /** Counts one end of a sign-in: by protocol, by outcome, and by problem code when it was refused. */
  countSignIn(signIn: { protocol: string; outcome: 'signed-in' | 'refused'; code?: string }): void;
  /** Counts one end of a sign-in at its provider; providers beyond the first `MOST_PROVIDERS` are counted together. */
  countProviderSignIn(signIn: { tenant: string; provider: string; outcome: 'signed-in' | 'refused' }): void;
  /** Adds a figure that is read when somebody asks, at most every half minute; one that cannot be read is left out. */
  observe(figure: Figure): void;
  /** The exposition format, and its content type. */
  read(): Promise<{ contentType: string; text: string }>;
  /** Measures every request of the server. Call it before the routes are registered. */
  measureRequests(app: Gateway): void;
  /** Stops the process's own observers. */
  close(): void;
}

/** Something that is as it is, rather than counted. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  read(): Promise<readonly { labels: Readonly<Record<string, string>>; value: number }[]>;
}

/** Providers with series of their own: Prometheus holds each of them for ever. */
const MOST_PROVIDERS = 500;
const READ_EVERY_MILLISECONDS = 30_000;

/** Seconds: from a cached key set to an identity provider that hangs. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics({ processMetrics }: { processMetrics: 'collect' | 'leave out' }): Metrics {
  const registry = new Registry();
  if (processMetrics === 'collect') collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const requests = new Histogram({
    name: 'sallyport_http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const signIns = new Counter({
    name: 'sallyport_sign_ins_total',
    help: 'Sign-ins that came to an end, by protocol, outcome and problem code.',
    labelNames: ['protocol', 'outcome', 'code'],
    registers: [registry],
  });
  return {
    countProviderSignIn: createProviderCounter(registry),
    observe: (figure) => addGauge(registry, figure),
    countSignIn: ({ protocol, outcome, code = '' }) => signIns.inc({ protocol, outcome, code }),
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    measureRequests(app) {
      app.addHook('onResponse', async (request, reply) => {
        // The route, never the address: whoever asks for a million addresses makes one series.
        const route = request.routeOptions.url ?? 'none';
        requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      });
    },
    close: () => registry.clear(),
  };
}

function createProviderCounter(registry: Registry): Metrics['countProviderSignIn'] {
  const signIns = new Counter({
    name: 'sallyport_provider_sign_ins_total',
    help: 'Sign-ins that came to an end, by ids of tenant and identity provider, and outcome; other: beyond the first 500 providers.',
    labelNames: ['tenant', 'provider', 'outcome'],
    registers: [registry],
  });
  const providers = new Set<string>();
  return ({ tenant, provider, outcome }) => {
    if (providers.size < MOST_PROVIDERS) providers.add(provider);
    signIns.inc(providers.has(provider) ? { tenant, provider, outcome } : { tenant: 'other', provider: 'other', outcome });
  };
}

/** Whoever asks every second makes the store answer no more often. What has gone leaves no value behind. */
function addGauge(registry: Registry, { name, help, labels, read }: Figure): void {
  let readAt = Number.NEGATIVE_INFINITY;
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      const now = performance.now();
      if (now - readAt < READ_EVERY_MILLISECONDS) return;
      readAt = now;
      const samples = await read().catch(() => []);
      this.reset();
      for (const sample of samples) this.set(sample.labels, sample.value);
    },
  });
}
