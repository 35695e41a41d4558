/**
 * How Node runs the gateway. V8 would let the space of young objects grow to 128 MB on a machine with much memory; what a sign-in makes
 * is dead when it is answered, and 16 MB hold hundreds of them. It would also let the old ones double before it looks through them, and the
 * bytes of requests wait outside its heap for that: measured, 60 to 90 MB less are resident at 50 %, for two or three percent of the processor.
 */
export const RUNTIME_FLAGS: readonly string[] = ['--max-semi-space-size=8', '--heap-growing-percent=50'];

/** glibc gives each thread an arena of its own and never takes it back: a quarter of the process's memory after an hour. */
export const RUNTIME_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
