import { defineProblems } from '#kernel/problem.ts';

export const problems = defineProblems('directory', {
  input_invalid: { status: 422, title: 'The request has faults.', source: 'RFC 9457 §3' },
  user_unknown: { status: 404, title: 'There is no such user.' },
  user_taken: { status: 409, title: 'Another user has this e-mail address, user id or user principal name already.' },
  user_has_roles: {
    status: 409,
    title: 'A user who has roles cannot be deleted.',
    remedy: 'Revoke the roles that were given by hand; disable the user first when an identity provider gives them.',
  },
  last_administrator: {
    status: 409,
    title: 'This would leave the tenant without a Full Administrator who can sign in.',
    remedy: 'Give the role Full Administrator to another active user first.',
  },
  beyond_caller: {
    status: 403,
    title: 'Nobody can give, take or change permissions that they do not have themselves.',
    remedy: 'Ask somebody who has these permissions.',
  },
  attribute_ambiguous: {
    status: 409,
    title: 'Several users have this value, so it does not say who it is.',
    remedy: 'Identify users by an attribute that only one of them has.',
  },
  sign_in_method_unknown: { status: 422, title: 'There is no such identity provider to sign in through.' },
  link_taken: { status: 409, title: 'This account of the identity provider belongs to another user already.' },
  text_unstorable: { status: 422, title: 'A text holds characters that cannot be kept.' },
  group_unknown: { status: 404, title: 'There is no such group.' },
  group_taken: { status: 409, title: 'A group of that name exists already.' },
  group_in_use: {
    status: 409,
    title: 'An identity provider names this group.',
    remedy: 'Take it out of the identity provider first.',
  },
  role_unknown: { status: 404, title: 'There is no such role.' },
  role_taken: { status: 409, title: 'A role of that name exists already.' },
  role_in_use: {
    status: 409,
    title: 'An identity provider names this role.',
    remedy: 'Take it out of the identity provider first.',
  },
  role_built_in: { status: 409, title: 'A built-in role can neither be changed nor deleted.' },
});
