export { createBuiltInRoles, FULL_ADMINISTRATOR } from './built-in-roles.ts';
export { ensureGroups, ensureRoles } from './ensure.ts';
export { emailKeyOf, nameKeyOf } from './keys.ts';
export { problems as directoryProblems } from './problems.ts';
export type {
  Group, GroupDirectory, GroupStore, Link, LinkKey, Membership, MembershipOf, MembershipSource, Person, Profile, Role, RoleDirectory, RoleStore,
  User, UserDirectory, UserStore,
} from './user.ts';
