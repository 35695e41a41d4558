import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('http', {
  input_invalid: { status: 422, title: 'The request has faults.', source: 'RFC 9457 §3' },
  body_unreadable: { status: 400, title: 'The request body could not be read.' },
  too_large: { status: 413, title: 'The request is larger than allowed.' },
  field_repeated: { status: 400, title: 'A field was sent more than once.', source: 'RFC 6749 §3.1' },
  not_found: { status: 404, title: 'There is nothing at this address.' },
  console_missing: {
    status: 503,
    title: 'The console has not been built on this machine.',
    remedy: 'Start with npm start, which builds it, or run npm run build.',
  },
  media_type_unsupported: { status: 415, title: 'This kind of body is not accepted here.' },
  failed: { status: 500, title: 'Something went wrong on our side.' },
  unavailable: { status: 503, title: 'The service is not available right now.', remedy: 'Try again shortly.' },
});

/** Refusals of a caller of the API, before the route is asked. */
export const authorizationProblems = defineProblems('authorization', {
  token_missing: { status: 401, title: 'This needs a bearer token.', source: 'RFC 6750 §3' },
  token_invalid: { status: 401, title: 'The bearer token is not valid here.', source: 'RFC 6750 §3.1' },
  forbidden: { status: 403, title: 'The caller lacks the permission for this.' },
});
