import type { Page } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface SignedInInput extends PageFrame {
  signOutHref?: string | undefined;
}

const render = loadTemplate<{ heading: string; body: string; signOutHref: string; signOut: string }>('signed-in');

/** Shown to whoever signed in here without coming from an application. */
export function signedInPage(input: SignedInInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { signedIn } = texts;
  const signOutHref = input.signOutHref === undefined ? '' : requireTarget(input.signOutHref);
  const content = render({ heading: signedIn.title, body: signedIn.body(tenant), signOutHref, signOut: signedIn.signOut });
  return makePage(input, { title: signedIn.title, content, forms: 'none', opener: 'cut' });
}
