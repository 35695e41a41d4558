import type { Page } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface SignedOutInput extends PageFrame {
  /** Name of a provider at which the person may still be signed in. */
  stillSignedInAt?: string | undefined;
  signInHref?: string | undefined;
}

const render = loadTemplate<{ heading: string; body: string; caution: string; signInHref: string; signIn: string }>('signed-out');

/** The session in this browser has ended. */
export function signedOutPage(input: SignedOutInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { signedOut } = texts;
  const provider = readable(input.stillSignedInAt ?? '', LONGEST.name);
  const content = render({
    heading: signedOut.title,
    body: signedOut.body(tenant),
    caution: provider === '' ? '' : signedOut.caution(provider),
    signInHref: input.signInHref === undefined ? '' : requireTarget(input.signInHref),
    signIn: signedOut.signIn,
  });
  return makePage(input, { title: signedOut.title, content, forms: 'none', opener: 'cut' });
}
