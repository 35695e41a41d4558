import { type AnswerView, answerViews, type SubmitField } from './answers.ts';
import type { Page } from './headers.ts';
import { hiddenFields, makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface SignOutConfirmInput extends PageFrame {
  action: string;
  hidden?: Readonly<Record<string, string>>;
  /** What "Sign out" and "Stay signed in" add to the form, `{ name: 'logout', value: 'yes' }` and `{}` for oidc-provider. */
  yes: SubmitField;
  no: SubmitField;
  /** The application that asks, when one does. */
  applicationName?: string | undefined;
  /** E-mail address or name of who is signed in. */
  person?: string | undefined;
}

const render = loadTemplate<{
  heading: string;
  body: string;
  person: string;
  action: string;
  hidden: { name: string; value: string }[];
  answers: AnswerView[];
}>('sign-out-confirm');

/** Asks before signing out, so that a link or an image on another site cannot do it (ATTACKS.md T128). */
export function signOutConfirmPage(input: SignOutConfirmInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { signOutConfirm } = texts;
  const application = readable(input.applicationName ?? '', LONGEST.name);
  const content = render({
    heading: signOutConfirm.title,
    body: application === '' ? signOutConfirm.body(tenant) : signOutConfirm.bodyFromApplication(application, tenant),
    person: readable(input.person ?? '', LONGEST.identifier),
    action: requireTarget(input.action),
    hidden: hiddenFields(input.hidden),
    answers: answerViews({ ...input.yes, text: signOutConfirm.yes }, { ...input.no, text: signOutConfirm.no }),
  });
  return makePage(input, { title: signOutConfirm.title, content, forms: 'onward', opener: 'kept' });
}
