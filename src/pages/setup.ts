import type { Page } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import type { FieldView } from './password.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';
import type { Texts } from './texts/catalogue.ts';

/** Faults of what was typed, by field. */
export interface SetupErrors {
  email?: 'malformed' | 'unusable';
  name?: 'malformed';
  password?: 'too_short' | 'too_long' | 'unprintable' | 'too_common' | 'busy';
  repeated?: 'different';
}

export interface SetupInput extends PageFrame {
  /** The address of the link itself. */
  action: string;
  /** Whose password it sets; without, a new administrator is made, and asked for an address and a name. */
  person?: string | undefined;
  email?: string;
  name?: string;
  errors?: SetupErrors;
}

interface View {
  heading: string;
  lead: string;
  notes: readonly string[];
  person: string;
  action: string;
  fields: FieldView[];
  submit: string;
}

const render = loadTemplate<View>('setup');

/** What is behind a set-up link: it makes the account that is kept for emergencies, or gives it a new password. */
export function setupPage(input: SetupInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { setup, signIn } = texts;
  const isNew = input.person === undefined;
  const heading = isNew ? setup.title(tenant) : setup.resetTitle;
  const content = render({
    heading,
    lead: isNew ? setup.lead(tenant) : setup.resetLead(tenant),
    notes: setup.notes,
    person: readable(input.person ?? '', LONGEST.identifier),
    action: requireTarget(input.action),
    fields: [...(isNew ? personFields(input, texts) : []), ...passwordFields(input, texts)],
    submit: isNew ? setup.submit : setup.resetSubmit,
  });
  const title = input.errors && Object.keys(input.errors).length > 0 ? signIn.errorTitle(heading) : heading;
  return makePage(input, { title, content, forms: 'onward', opener: 'cut' });
}

function personFields({ email, name, errors = {} }: SetupInput, { setup }: Texts): FieldView[] {
  const said = (error: keyof typeof setup.errors | undefined): string => (error === undefined ? '' : setup.errors[error]);
  const address = { value: readable(email ?? '', LONGEST.identifier), error: said(errors.email && `email_${errors.email}`) };
  const called = { value: readable(name ?? '', LONGEST.identifier), error: said(errors.name && 'name_malformed') };
  return [
    { id: 'email', name: 'email', type: 'email', label: setup.email, autocomplete: 'username', ...address },
    { id: 'name', name: 'name', type: 'text', label: setup.name, autocomplete: 'name', ...called },
  ];
}

function passwordFields({ errors = {} }: SetupInput, { setup }: Texts): FieldView[] {
  const field = { type: 'password' as const, value: '', autocomplete: 'new-password' };
  const fault = errors.password === undefined ? '' : setup.errors[errors.password];
  const different = errors.repeated === undefined ? '' : setup.errors[errors.repeated];
  return [
    { ...field, id: 'password', name: 'password', label: setup.password, hint: setup.hint, error: fault },
    { ...field, id: 'repeated', name: 'repeated', label: setup.repeated, error: different },
  ];
}
