import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('tenants', {
  unknown: { status: 404, title: 'There is no such tenant.' },
  suspended: { status: 403, title: 'This tenant is suspended.', remedy: 'Ask the operator of this service.' },
  name_taken: { status: 409, title: 'A tenant of that name exists already.' },
  domain_unknown: { status: 404, title: 'This tenant has no such domain.' },
  domain_taken: { status: 409, title: 'Another tenant owns this domain.' },
  domain_public: { status: 422, title: 'A public mail domain cannot be claimed.' },
  domain_not_proven: { status: 409, title: 'The TXT record was not found.', remedy: 'Publish the record, wait for the DNS to spread it, and try again.' },
});
