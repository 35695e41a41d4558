import { type AnswerView, answerViews, type SubmitField } from './answers.ts';
import type { Page } from './headers.ts';
import { hiddenFields, makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';
import type { Texts } from './texts/catalogue.ts';

export interface ConsentInput extends PageFrame {
  applicationName: string;
  /** Scopes asked for and not yet granted. */
  scopes: readonly string[];
  /** Where the answer will go: its host is shown, so that a name alone cannot deceive. */
  redirectUri?: string;
  person?: string | undefined;
  action: string;
  hidden?: Readonly<Record<string, string>>;
  allow: SubmitField;
  deny: SubmitField;
}

/** An application may ask for any number; nobody reads more. */
const MOST_SCOPES = 30;

const render = loadTemplate<{
  heading: string;
  lead: string;
  person: string;
  scopesHeading: string;
  scopes: string[];
  returnNotice: string;
  action: string;
  hidden: { name: string; value: string }[];
  answers: AnswerView[];
}>('consent');

/** A third-party application asks for the person's data: allow or deny. */
export function consentPage(input: ConsentInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { consent } = texts;
  const application = readable(input.applicationName, LONGEST.name);
  const host = hostOf(input.redirectUri);
  const content = render({
    heading: consent.title(application),
    lead: consent.lead(application, tenant),
    person: readable(input.person ?? '', LONGEST.identifier),
    scopesHeading: consent.scopesHeading,
    scopes: input.scopes.slice(0, MOST_SCOPES).map((scope) => scopeText(scope, texts)),
    returnNotice: host === '' ? '' : consent.returnNotice(host),
    action: requireTarget(input.action),
    hidden: hiddenFields(input.hidden),
    answers: answerViews({ ...input.allow, text: consent.allow }, { ...input.deny, text: consent.deny }),
  });
  return makePage(input, { title: consent.title(application), content, forms: 'onward', opener: 'kept' });
}

function scopeText(scope: string, { consent }: Texts): string {
  const known: Readonly<Record<string, string>> = consent.scopes;
  return (Object.hasOwn(known, scope) ? known[scope] : undefined) ?? consent.unknownScope(readable(scope, LONGEST.name));
}

/** Host of a web address; a native application's own scheme (RFC 8252 §7.1) has none, and nothing is shown. */
function hostOf(uri: string | undefined): string {
  return readable((uri === undefined ? null : URL.parse(uri))?.host ?? '', LONGEST.identifier);
}
