import { Problem } from '#kernel/problem.ts';
import type { Metrics } from './metrics.ts';
import { problems } from './problems.ts';
import type { Gateway } from './server.ts';

export interface HealthNeeds {
  /** Answers when the store does, and its schema is this release's. */
  ping(): Promise<void>;
  /** False before the schema is migrated and once the process has begun to stop: no new work then. */
  isServing(): boolean;
  metrics: Metrics;
}

/** A store that has not answered by then is not ready, whatever it may answer later. */
const PING_MILLISECONDS = 2000;

/** `/healthz`, `/readyz`, `/metrics` on the server's own address, for machines that watch it. */
export function healthRoutes(app: Gateway, { ping, isServing, metrics }: HealthNeeds): void {
  const schema = { hide: true };
  const config = { quiet: true } as const;
  app.get('/healthz', { schema, config }, () => ({ status: 'up' }));
  app.get('/readyz', { schema, config }, async (_request, reply) => {
    if (!isServing()) throw new Problem(problems.unavailable, { facts: { cause: 'not serving' } });
    await withinTime(ping());
    return reply.header('cache-control', 'no-store').send({ status: 'ready' });
  });
  app.get('/metrics', { schema, config }, async (_request, reply) => {
    const { contentType, text } = await metrics.read();
    return reply.header('content-type', contentType).send(text);
  });
}

/** @throws Problem `http.unavailable` */
async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PING_MILLISECONDS} ms`)), PING_MILLISECONDS);
  });
  try {
    await Promise.race([work, late]);
  } catch (cause) {
    throw new Problem(problems.unavailable, { cause });
  } finally {
    clearTimeout(timer);
  }
}
