import type { Page } from './headers.ts';
import { rememberHash } from './headers.ts';
import { hiddenFields, makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate, readAsset } from './template.ts';

export interface PostFormInput extends PageFrame {
  /** Of the identity provider, http or https. */
  url: URL;
  /** Posted unaltered, in this order; browsers write a line end as CR LF. */
  fields: Readonly<Record<string, string>>;
  providerName?: string | undefined;
}

export interface BounceInput extends PageFrame {
  /** The very address that the answer arrived at, as a path or a URL of ours. */
  action: string;
  fields: Readonly<Record<string, string>>;
}

const render = loadTemplate<{
  heading: string;
  body: string;
  action: string;
  hidden: { name: string; value: string }[];
  submit: string;
}>('post-form');

/** The only script of all pages: sends the form. It is fixed and allowed by its hash; without scripts a button does the same. */
const script = readAsset('auto-submit.js');
rememberHash(script);

/**
 * Sends the browser to the identity provider with a posted form.
 *
 * @see SAML Bindings §3.5.4
 */
export function postFormPage(input: PostFormInput): Page {
  const { postForm } = wordsOf(input).texts;
  const provider = readable(input.providerName ?? '', LONGEST.name) || postForm.unnamedProvider;
  const form = { heading: postForm.heading(provider), action: input.url.href, fields: input.fields };
  return autoSubmitPage(input, form, 'strict-origin');
}

/**
 * Posts an answer to ourselves once more. A provider's form comes from another site, so cookies that are not `SameSite=None` stay
 * behind; this form comes from our own origin and brings them.
 *
 * @see RFC 6265bis §5.6.7
 */
export function bouncePage(input: BounceInput): Page {
  const { bounce } = wordsOf(input).texts;
  return autoSubmitPage(input, { heading: bounce.heading, action: input.action, fields: input.fields }, 'same-origin');
}

function autoSubmitPage(
  frame: PageFrame,
  form: { heading: string; action: string; fields: Readonly<Record<string, string>> },
  referrer: 'same-origin' | 'strict-origin',
): Page {
  const { postForm } = wordsOf(frame).texts;
  const content = render({
    heading: form.heading,
    body: postForm.body,
    action: requireTarget(form.action),
    hidden: hiddenFields(form.fields),
    submit: postForm.submit,
  });
  return makePage(frame, { title: postForm.title, content, forms: 'onward', opener: 'kept', script, referrer });
}
