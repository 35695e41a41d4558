import type { Kind } from '../api.ts';
import type { Field, Section } from './field.ts';
import {
  accessFields,
  claimFields,
  findingFields,
  generalFields,
  groupFields,
  peopleFields,
  roleFields,
  routingFields,
} from './fields-common.ts';
import { oidcFields } from './fields-oidc.ts';
import { samlFields } from './fields-saml.ts';

/** The whole form, in the order in which somebody reads it. */
export const sections: readonly Section[] = [
  { id: 'general', title: 'Name and button', about: 'What people and administrators see.', fields: generalFields },
  {
    id: 'connection',
    title: 'Connection',
    about: 'How we and the provider know each other.',
    fields: [...oidcFields, ...samlFields],
  },
  { id: 'routing', title: 'Who is sent here', about: 'By the domain of the address that somebody types.', fields: routingFields },
  { id: 'finding', title: 'Finding people', about: 'How somebody who comes is recognised.', fields: findingFields },
  {
    id: 'claims',
    title: 'Attributes',
    about: 'Which of the provider’s claims become which attributes here.',
    fields: claimFields,
  },
  { id: 'people', title: 'Accounts', about: 'What happens to accounts at a sign-in.', fields: peopleFields },
  { id: 'access', title: 'Access', about: 'Lets in only some of the provider’s people.', fields: accessFields },
  { id: 'groups', title: 'Groups', about: 'What the provider’s groups mean here.', fields: groupFields },
  { id: 'roles', title: 'Roles', about: 'What the provider’s roles mean here.', fields: roleFields },
];

export const allFields: readonly Field[] = sections.flatMap(({ fields }) => fields);

/** Those of one kind, without sections that it has nothing in. */
export const sectionsOf = (kind: Kind): Section[] =>
  sections
    .map((section) => ({ ...section, fields: section.fields.filter(({ kinds }) => !kinds || kinds.includes(kind)) }))
    .filter(({ fields }) => fields.length > 0);

/** The field that a pointer of the API is about: the one that it names or lies below. */
export const fieldOf = (pointer: string): Field | undefined =>
  allFields.find((field) => pointer === field.pointer || pointer.startsWith(`${field.pointer}/`));

/** A pointer in words: “Connection: Issuer”. */
export function nameOfPointer(pointer: string): string {
  const section = sections.find(({ fields }) => fields.some((field) => field.pointer === fieldOf(pointer)?.pointer));
  const field = fieldOf(pointer);
  if (pointer === '/enabled') return 'Switched on';
  return section && field ? `${section.title}: ${field.label}` : pointer;
}
