import { defineProblems } from '#kernel/problem.ts';

/** Refusals around our own keys towards an identity provider. */
export const problems = defineProblems('own_keys', {
  input_invalid: { status: 422, title: 'The request about a key has faults.', source: 'RFC 9457 §3' },
  key_unknown: { status: 404, title: 'There is no such key.' },
  key_active: {
    status: 409,
    title: 'The key is the one in use.',
    remedy: 'Activate another key first: the one in use is retired by that.',
  },
  key_expired: { status: 409, title: 'The key’s certificate has expired.', remedy: 'Make a new key.' },
  next_waiting: {
    status: 409,
    title: 'A next key of this use waits already.',
    remedy: 'Activate it, or remove it first.',
  },
  too_many: {
    status: 409,
    title: 'There are too many keys of this use.',
    remedy: 'Remove retired keys that nobody needs any more.',
  },
});
