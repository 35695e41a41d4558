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
  not_verified: {
    status: 409,
    title: 'What nobody has verified is not switched on.',
    remedy: 'Run Verify on this revision and let it pass, or give the reason for going without it as override.',
  },
  revision_unknown: {
    status: 404,
    title: 'The identity provider has no such revision.',
    remedy: 'List its revisions: the last 200 are kept.',
  },
  revision_not_staged: {
    status: 409,
    title: 'The revision is not staged.',
    remedy: 'Read the revisions again. To return to an earlier one, roll back to it.',
  },
  revision_outdated: {
    status: 409,
    title: 'The staged revision does not build on the one that is live.',
    remedy: 'Discard it and make the change again.',
  },
  staged_exists: {
    status: 409,
    title: 'Another revision is staged.',
    remedy: 'Activate or discard it first: what somebody prepared there would be lost.',
  },
  staged_conflict: {
    status: 409,
    title: 'The change does not fit the staged revision.',
    remedy: 'Discard the staged revision, or change it so that both fit.',
  },
  group_not_mapped: {
    status: 409,
    title: 'This group of the provider is not mapped to any group here.',
    remedy: 'Map it first: a label belongs to a mapping.',
  },
  nothing_published: {
    status: 409,
    title: 'There is no address to read the provider’s configuration from.',
    remedy: 'Enter the metadata address.',
  },
  refresh_under_way: { status: 409, title: 'The provider’s configuration is being read at this moment.', remedy: 'Try again.' },
  nothing_to_stage: { status: 409, title: 'What the provider publishes is what is set.', remedy: 'Read it again first.' },
  source_ambiguous: {
    status: 422,
    title: 'Exactly one of issuer, metadataUrl and metadata is needed.',
    remedy: 'Give one of them.',
  },
  passphrase_wrong: {
    status: 422,
    title: 'The secrets of this document do not open.',
    remedy: 'The passphrase is another one, or the document was changed after it was exported.',
  },
  busy: {
    status: 503,
    title: 'Too many documents are being sealed or opened at the moment.',
    remedy: 'Try again in a few seconds.',
  },
  secret_missing: {
    status: 409,
    title: 'The identity provider was imported without its client secret.',
    remedy: 'Set its client secret.',
  },
  preset_unknown: { status: 404, title: 'There is no such preset.', remedy: 'List the presets.' },
  preset_mismatch: { status: 422, title: 'The preset is for another kind of identity provider.' },
});
