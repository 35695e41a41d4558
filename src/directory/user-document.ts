import { z } from 'zod';
import type { InputFault } from '#kernel/problem.ts';
import { domainOfEmail } from '#tenants/index.ts';
import { isStorable } from './keys.ts';
import type { Profile, User } from './user.ts';

/** Claims that applications act on: an attribute of one's own must not be taken for one of them. @see OpenID Connect Core §2, §5.1 */
const RESERVED_ATTRIBUTES: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'nonce',
  'azp',
  'acr',
  'amr',
  'auth_time',
  'at_hash',
  'c_hash',
  's_hash',
  'sid',
  'act',
  'scope',
  'client_id',
  'cnf',
  'typ',
  'idp',
  'tenant',
  'groups',
  'roles',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'address',
  'updated_at',
  '_claim_names',
  '_claim_sources',
]);

/** What a custom attribute may be called: a plain identifier that means nothing else. */
export const attributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must begin with a letter and hold only letters, digits, dot, dash and underscore')
  .refine((name) => !RESERVED_ATTRIBUTES.has(name.toLowerCase()), {
    error: 'is a claim with a meaning of its own',
    params: { code: 'reserved' },
  })
  .refine((name) => !Object.hasOwn(Object.prototype, name), { error: 'is not a name', params: { code: 'reserved' } });

/** One line of visible text, without space around it. */
export const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => isStorable(text) && !/\p{Cc}/u.test(text), {
      error: 'must be one line of text',
      params: { code: 'text_invalid' },
    });

/** Text of any length up to the bound, lines allowed. */
export const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => isStorable(value) && !/[^\P{Cc}\n\t]/u.test(value), {
      error: 'must be text',
      params: { code: 'text_invalid' },
    });

const email = line(254).refine((text) => domainOfEmail(text) !== undefined, {
  error: 'must be an e-mail address',
  params: { code: 'email_invalid' },
});

const locale = line(35).refine(isLocale, { error: 'must be a language tag (BCP 47)', params: { code: 'locale_invalid' } });

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

const customValue = z.union([line(2000), z.number(), z.boolean(), z.array(line(2000)).max(100)]);

const attributes = {
  email,
  userId: line(256),
  userPrincipalName: line(256),
  phone: line(64),
  mobile: line(64),
  firstName: line(200),
  lastName: line(200),
  locale,
  securityId: line(256),
};

type Nullish<Fields extends Record<string, z.ZodType>> = { [Name in keyof Fields]: z.ZodOptional<z.ZodNullable<Fields[Name]>> };

function nullishOf<Fields extends Record<string, z.ZodType>>(fields: Fields): Nullish<Fields> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.nullish()])) as Nullish<Fields>;
}

const inProfile = ['phone', 'mobile', 'firstName', 'lastName', 'locale', 'securityId'] as const;

/** Groups and roles by name or id; unknown ones are told by the step. */
const named = z.array(line(200)).max(1000);

const emailVerified = z.boolean().describe('the caller vouches for the address; false again when the address changes');

/** A user as the API takes a new one. Null is as good as absent. */
export const newUserDocument = z.strictObject({
  ...nullishOf(attributes),
  emailVerified: emailVerified.default(false),
  custom: z.record(attributeName, customValue).default({}),
  groups: named.default([]),
  roles: named.default([]),
  status: z
    .enum(['active', 'invited', 'pending'])
    .default('active')
    .describe('invited: active after the first sign-in; pending: waits for /enable'),
});

/** A merge patch of a user: what is not named stays, null clears. */
export const userPatch = z.strictObject({
  ...nullishOf(attributes),
  emailVerified: emailVerified.optional(),
  custom: z.record(attributeName, customValue.nullable()).nullable().optional(),
  groups: named.optional(),
  roles: named.optional(),
});

export type NewUserDocument = z.output<typeof newUserDocument>;
export type UserPatch = z.output<typeof userPatch>;

/** The part of a user that the API writes, as the document of a merge patch. */
export function documentOf({ email, emailVerified, userId, userPrincipalName, profile }: User): Record<string, unknown> {
  return { email, emailVerified, userId, userPrincipalName, ...profile };
}

/** The user with the document's values in place of their own. */
export function withDocument(user: User, document: Partial<NewUserDocument>): User {
  const profile: Profile = { custom: document.custom ?? {} };
  for (const name of inProfile) {
    const value = document[name];
    if (typeof value === 'string') profile[name] = value;
  }
  return {
    ...user,
    profile,
    email: document.email ?? null,
    emailVerified: (document.emailVerified ?? false) && typeof document.email === 'string',
    userId: document.userId ?? null,
    userPrincipalName: document.userPrincipalName ?? null,
  };
}

/** Nobody could be found by the other attributes for certain. */
export function identifierFaults({ email: address, userId, userPrincipalName }: User): InputFault[] {
  if (address !== null || userId !== null || userPrincipalName !== null) return [];
  return [{ pointer: '', code: 'identifier_missing', detail: 'one of email, userId and userPrincipalName is needed' }];
}
