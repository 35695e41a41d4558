import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Gateway } from './server.ts';

/**
 * Figures for Prometheus. No label holds a tenant, a person or an address: their number is not bounded, and the page is public.
 */
export interface Metrics {
  /** Counts one end of a sign-in: by protocol, by outcome, and by problem code when it was refused. */
  countSignIn(signIn: { protocol: string; outcome: 'signed-in' | 'refused'; code?: string }): void;
  /** The exposition format, and its content type. */
  read(): Promise<{ contentType: string; text: string }>;
  /** Measures every request of the server. Call it before the routes are registered. */
  measureRequests(app: Gateway): void;
  /** Stops the process's own observers. */
  close(): void;
}

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
