import { isProblem, Problem } from '#kernel/problem.ts';
import type { FetchOptions, World } from '#kernel/world.ts';
import { problems } from './problems.ts';

/** What Microsoft answered, understood no further than its form. */
export interface MicrosoftAnswer {
  readonly status: number;
  /** The JSON object; empty where there was none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Seconds, 0 where nothing was said. */
  readonly retryAfterSeconds: number;
}

/** Of one exchange; the whole has its own bound. */
const TIMEOUT_MILLISECONDS = 4000;
/** 999 members with type and id have 150 kB. */
const LARGEST_ANSWER_BYTES = 512 * 1024;
/** Whatever is asked for, nobody waits longer for it than this. */
const LONGEST_REST_SECONDS = 600;

/**
 * One guarded exchange. Redirects are not followed: the token in it is for this host.
 *
 * @param until when the whole must be done
 * @throws Problem `microsoft.graph_unreachable`, `microsoft.graph_unreadable`
 */
export async function ask(
  url: string,
  options: Pick<FetchOptions, 'method' | 'headers' | 'body'>,
  { world, until }: { world: World; until: number },
): Promise<MicrosoftAnswer> {
  const left = until - world.now().getTime();
  if (left <= 0) throw new Problem(problems.graph_unreachable, { facts: { cause: 'took too long' } });
  const response = await world
    .fetch(url, {
      ...options,
      redirect: 'manual',
      maxBytes: LARGEST_ANSWER_BYTES,
      timeoutMilliseconds: Math.min(TIMEOUT_MILLISECONDS, left),
    })
    .catch((error: unknown) => {
      if (isProblem(error)) throw new Problem(problems.graph_unreachable, { facts: { cause: error.code }, cause: error });
      throw error;
    });
  const json = readObject(await response.text());
  if (json === undefined && response.status === 200) throw new Problem(problems.graph_unreadable, { facts: { status: 200 } });
  return { status: response.status, json: json ?? {}, retryAfterSeconds: readRetryAfter(response.headers.get('retry-after')) };
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Graph sends seconds. @see Microsoft Learn, "Microsoft Graph throttling guidance" */
function readRetryAfter(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Math.min(Number(header), LONGEST_REST_SECONDS) : 0;
}
