import type { Page } from './headers.ts';
import { hiddenFields, makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';
import type { Texts } from './texts/catalogue.ts';

/** Why nobody was signed in. None of them tells whether there is such a person. */
export type PasswordError = { kind: 'refused' } | { kind: 'busy' } | { kind: 'too_many_tries'; waitSeconds: number };

export interface PasswordInput extends PageFrame {
  /** Posts `identifier`, `password` and the hidden fields. */
  action: string;
  hidden?: Readonly<Record<string, string>>;
  /** What was typed as the name before, or the application's `login_hint`. */
  value?: string | undefined;
  error?: PasswordError;
  /** Of the refusal. */
  code?: string;
  reference?: string;
  /** The other ways to sign in. */
  backHref?: string;
}

/** One field of a form, ready for its template. */
export interface FieldView {
  id: string;
  name: string;
  type: 'text' | 'email' | 'password';
  label: string;
  /** What is asked of it, before it is filled in. */
  hint?: string;
  value: string;
  autocomplete: string;
  error: string;
}

interface View {
  heading: string;
  lead: string;
  error: string;
  action: string;
  hidden: { name: string; value: string }[];
  fields: FieldView[];
  submit: string;
  backHref: string;
  back: string;
  factsLabel: string;
  facts: { name: string; value: string }[];
}

const render = loadTemplate<View>('password');

/** Name and password of a local administrator. What was typed as password is never in the page again. */
export function passwordPage(input: PasswordInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { password, signIn, error } = texts;
  const value = readable(input.value ?? '', LONGEST.identifier);
  const field = { value: '', error: '' };
  const content = render({
    heading: password.title,
    lead: password.lead(tenant),
    error: errorOf(input.error, texts),
    action: requireTarget(input.action),
    hidden: hiddenFields(input.hidden),
    fields: [
      { ...field, id: 'identifier', name: 'identifier', type: 'email', label: password.email, value, autocomplete: 'username' },
      {
        ...field,
        id: 'password',
        name: 'password',
        type: 'password',
        label: password.password,
        autocomplete: 'current-password',
      },
    ],
    submit: password.submit,
    backHref: input.backHref === undefined ? '' : requireTarget(input.backHref),
    back: password.back,
    factsLabel: error.facts,
    facts: [
      { name: error.reference, value: readable(input.reference ?? '', LONGEST.reference) },
      { name: error.code, value: readable(input.code ?? '', LONGEST.code) },
    ].filter((fact) => fact.value !== ''),
  });
  const title = input.error ? signIn.errorTitle(password.title) : password.title;
  return makePage(input, { title, content, forms: 'onward', opener: 'kept' });
}

function errorOf(error: PasswordError | undefined, { password }: Texts): string {
  if (error === undefined) return '';
  switch (error.kind) {
    case 'too_many_tries':
      return error.waitSeconds < 90
        ? password.waitSeconds(error.waitSeconds)
        : password.waitMinutes(Math.ceil(error.waitSeconds / 60));
    case 'refused':
    case 'busy':
      return password.errors[error.kind];
  }
}
