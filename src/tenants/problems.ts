import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('tenants', {
  unknown: { status: 404, title: 'There is no such tenant.' },
  suspended: { status: 403, title: 'This tenant is suspended.', remedy: 'Ask the operator of this service.' },
  name_taken: { status: 409, title: 'A tenant of that name exists already.' },
  input_invalid: { status: 422, title: 'The tenant cannot be as it is asked for.' },
  removal_unconfirmed: {
    status: 409,
    title: 'Removing a tenant removes everything under it and needs its name as confirmation.',
    remedy: 'Repeat the request with ?confirm=<name of the tenant>. To stop a tenant for a while, suspend it.',
  },
  domain_invalid: { status: 422, title: 'This is not a domain name.', source: 'RFC 1123 §2.1, RFC 5891 §4' },
  domain_exists: { status: 409, title: 'This tenant has that domain already.' },
  domain_lookup_failed: { status: 503, title: 'The DNS could not be asked for the TXT record.', remedy: 'Try again shortly.' },
  domain_unknown: { status: 404, title: 'This tenant has no such domain.' },
  domain_taken: { status: 409, title: 'Another tenant owns this domain.' },
  domain_public: { status: 422, title: 'A public mail domain cannot be claimed.' },
  domain_not_proven: {
    status: 409,
    title: 'The TXT record was not found.',
    remedy: 'Publish the record, wait for the DNS to spread it, and try again.',
  },
});
