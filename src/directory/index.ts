export { createBuiltInRoles, FULL_ADMINISTRATOR } from './built-in-roles.ts';
export { ensureGroups, ensureRoles } from './ensure.ts';
export { changeGroup, createGroup, groupDocument, removeGroup } from './group-steps.ts';
export { keepAdministrator } from './guards.ts';
export { differences, faultsOf, isObject, mergePatch, pointerOf, readInput } from './input.ts';
export { emailKeyOf, nameKeyOf } from './keys.ts';
export type { Change, DirectoryNeeds } from './needs.ts';
export { pageOf, pageQuery, readPage } from './paging.ts';
export { problems as directoryProblems } from './problems.ts';
export { refreshTokenPlace } from './refresh-token-place.ts';
export { changeRole, createRole, removeRole, roleDocument } from './role-steps.ts';
export type { SignInMethodStore } from './sign-in-methods.ts';
export type {
  Group,
  GroupDirectory,
  GroupStore,
  Link,
  LinkKey,
  Membership,
  MembershipOf,
  MembershipSource,
  Person,
  Profile,
  Role,
  RoleDirectory,
  RoleStore,
  User,
  UserDirectory,
  UserStore,
} from './user.ts';
export { attributeName, line, text } from './user-document.ts';
