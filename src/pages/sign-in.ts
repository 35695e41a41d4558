import type { Page } from './headers.ts';
import { hiddenFields, makePage, type PageFrame, wordsOf } from './page.ts';
import { type Provider, providerViews } from './providers.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';
import type { Texts } from './texts/catalogue.ts';

/** Why the identifier did not lead on. None of them tells whether a person exists: `no_provider` is about the address's domain. */
export type IdentifierError = 'identifier_missing' | 'identifier_malformed' | 'no_provider';

/** A form that posts `identifier` and the hidden fields. */
export interface IdentifierForm {
  action: string;
  hidden?: Readonly<Record<string, string>>;
  /** What the person typed before, or the application's `login_hint`. */
  value?: string;
  error?: IdentifierError;
}

export interface SignInInput extends PageFrame {
  /** Identifier first; left out when only buttons are wanted. */
  form?: IdentifierForm;
  /** Buttons, in this order; may be empty. */
  providers: readonly Provider[];
  /** Name of the application that the person wants to open. */
  applicationName?: string;
  /** Where local administrators sign in; only where there is one. */
  passwordHref?: string | undefined;
}

interface FormView {
  action: string;
  hidden: { name: string; value: string }[];
  label: string;
  value: string;
  error: string;
  submit: string;
}

const render = loadTemplate<{
  heading: string;
  lead: string;
  form: FormView | null;
  or: string;
  providers: ReturnType<typeof providerViews>;
  passwordHref: string;
  password: string;
}>('sign-in');

/** Who are you: a field for the identifier, buttons of the providers, or both. The form posts `identifier`; the buttons are links. */
export function signInPage(input: SignInInput): Page {
  const { texts } = wordsOf(input);
  const { signIn } = texts;
  const providers = providerViews(input.providers, texts);
  const content = render({
    heading: signIn.title,
    lead: leadOf(input, texts),
    form: input.form ? formView(input.form, texts) : null,
    or: signIn.or,
    providers,
    passwordHref: input.passwordHref === undefined ? '' : requireTarget(input.passwordHref),
    password: texts.password.link,
  });
  return makePage(input, {
    title: input.form?.error ? signIn.errorTitle(signIn.title) : signIn.title,
    content,
    // Buttons are links, which no form-action governs; the form leads to a provider on another origin.
    forms: input.form ? 'onward' : 'none',
    opener: 'kept',
    images: providers.map((provider) => provider.image),
  });
}

function leadOf(input: SignInInput, { signIn }: Texts): string {
  if (!input.form && input.providers.length === 0) return signIn.nothingLead;
  const application = readable(input.applicationName ?? '', LONGEST.name);
  if (application !== '') return signIn.applicationLead(application);
  return input.form ? signIn.identifierLead : signIn.providersLead;
}

function formView(form: IdentifierForm, { signIn }: Texts): FormView {
  return {
    action: requireTarget(form.action),
    hidden: hiddenFields(form.hidden),
    label: signIn.label,
    value: readable(form.value ?? '', LONGEST.identifier),
    error: form.error ? signIn.errors[form.error] : '',
    submit: signIn.submit,
  };
}
