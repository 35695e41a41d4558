import type { Kind } from '../api.ts';

/** How a value is shown and changed. */
export type Control =
  | 'text'
  | 'number'
  | 'date'
  | 'secret'
  | 'switch'
  | 'choice'
  | 'list'
  | 'certificates'
  | 'image'
  | 'mapping'
  | 'verified-mapping'
  | 'custom-mappings'
  | 'match-attributes'
  | 'groups'
  | 'roles'
  | 'group-mappings'
  | 'role-mappings'
  | 'access'
  | 'patterns'
  | 'group-overage'
  | 'application'
  | 'fixed';

/** One field of an identity provider, as a form draws it. */
export interface Field {
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly label: string;
  readonly help?: string;
  readonly control: Control;
  /** Value and words of each. */
  readonly choices?: readonly (readonly [string, string])[];
  /** Kinds that have it; all, unless said. */
  readonly kinds?: readonly Kind[];
  /** A change of it waits for a passed test while people sign in through the provider. `loosened`: only one that gives something up. */
  readonly waits?: true | 'loosened';
  readonly placeholder?: string;
  /** Shown only where another field has one of these values. */
  readonly when?: readonly [pointer: string, values: readonly unknown[]];
  /** Rarely needed: behind “more”. */
  readonly rare?: true;
  /** Whether it has a value always, and may not be emptied. */
  readonly required?: true;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly fields: readonly Field[];
}

export const OIDC: readonly Kind[] = ['oidc', 'microsoft-oidc'];
export const SAML: readonly Kind[] = ['saml'];
