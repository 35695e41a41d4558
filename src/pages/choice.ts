import type { Page } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { type Provider, providerViews } from './providers.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface ChoiceInput extends PageFrame {
  providers: readonly Provider[];
  /** What the person typed. */
  identifier?: string;
  /** Back to the sign-in page, to type something else. */
  changeHref?: string;
}

const render = loadTemplate<{
  heading: string;
  lead: string;
  identifier: string;
  changeHref: string;
  change: string;
  providers: ReturnType<typeof providerViews>;
}>('choice');

/** Several providers serve the person's domain: which one? */
export function choicePage(input: ChoiceInput): Page {
  const { texts } = wordsOf(input);
  const providers = providerViews(input.providers, texts);
  const content = render({
    heading: texts.choice.title,
    lead: texts.choice.lead,
    identifier: readable(input.identifier ?? '', LONGEST.identifier),
    changeHref: input.changeHref === undefined ? '' : requireTarget(input.changeHref),
    change: texts.choice.change,
    providers,
  });
  const images = providers.map((provider) => provider.image);
  return makePage(input, { title: texts.choice.title, content, forms: 'none', opener: 'kept', images });
}
