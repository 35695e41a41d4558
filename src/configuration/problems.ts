import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('configuration', {
  document_invalid: { status: 422, title: 'The document cannot be applied.', source: 'RFC 9457 §3' },
  passphrase_invalid: { status: 422, title: 'The secrets cannot be encrypted to this passphrase.' },
  not_fetched: {
    status: 403,
    title: 'The configuration of a provider is fetched for those who may set providers up.',
    remedy: 'Ask somebody with identity-providers:write, or write the endpoints into the document.',
  },
});
