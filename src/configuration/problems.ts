import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('configuration', {
  document_invalid: { status: 422, title: 'The document cannot be applied.', source: 'RFC 9457 §3' },
  passphrase_invalid: { status: 422, title: 'The secrets cannot be encrypted to this passphrase.' },
});
