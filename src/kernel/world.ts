/** One answer of the outside world, read within its bounds: the body is complete and no larger than asked for. */
export interface FetchOptions {
  method?: string;
  headers?: Record<string, string>;
  /** Form and JSON bodies only: nothing is streamed out. */
  body?: string | URLSearchParams;
  /** Redirects are never followed unless asked for; each hop is guarded like the first. */
  redirect?: 'manual' | 'follow';
  /** Upper bound of the decoded body in bytes. Default 1 MiB. */
  maxBytes?: number;
  /** Upper bound of the whole exchange in milliseconds. Default 10,000. */
  timeoutMilliseconds?: number;
}

/**
 * The only way out of the process. Refuses other schemes than http and https, credentials in the URL, and (unless the operator
 * allows private networks) every address that is not public, judged at connect time by the address that is connected to.
 *
 * @throws Problem `fetch.*`: refused, unreachable, too large, too slow.
 * @see OWASP ASVS 5.0 §V4, RFC 6890
 */
export type GuardedFetch = (url: string | URL, options?: FetchOptions) => Promise<Response>;

/** Everything that a plain file may learn from outside: clock, randomness, guarded network. */
export interface World {
  now(): Date;
  randomBytes(length: number): Uint8Array;
  fetch: GuardedFetch;
}

/** Runs the work in one transaction; calls of every port inside it join that transaction. Nested calls join the outer one. */
export type Transact = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Like `Transact`, for writes whose loss only makes somebody start over: an attempt, a code that is not redeemed yet. They are written
 * and seen at once, and reach the disk with the next durable commit; only a power cut can lose them, never one without those after it.
 */
export type TransactLightly = Transact;

/** 256 random bits, base64url: state, nonce, browser secrets, tokens. */
export function newSecret(world: World): string {
  return Buffer.from(world.randomBytes(32)).toString('base64url');
}
