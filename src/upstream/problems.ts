import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('upstream', {
  input_invalid: { status: 422, title: 'The identity provider has faults.', source: 'RFC 9457 §3' },
  connection_unknown: { status: 404, title: 'There is no such identity provider.' },
  slug_taken: { status: 409, title: 'Another identity provider has this slug already.' },
  beyond_caller: {
    status: 403,
    title: 'Nobody can have roles given whose permissions they do not have themselves.',
    remedy: 'Ask somebody who has these permissions.',
  },
  revision_differs: {
    status: 412,
    title: 'The identity provider was changed since it was read.',
    remedy: 'Read it again and repeat the change.',
    source: 'RFC 9110 §13.1.1',
  },
  changed_meanwhile: { status: 409, title: 'The identity provider is being changed by somebody else.', remedy: 'Try again.' },
  source_ambiguous: { status: 422, title: 'Exactly one of issuer, metadataUrl and metadata is needed.' },
});
