/**
 * How Node runs the gateway. V8 would let the space of young objects grow to 128 MB on a machine with much memory; what a sign-in makes
 * is dead when it is answered, and 16 MB hold hundreds of them.
 */
export const RUNTIME_FLAGS: readonly string[] = ['--max-semi-space-size=8'];

/** glibc gives each thread an arena of its own and never takes it back: a quarter of the process's memory after an hour. */
export const RUNTIME_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
