import type { Page } from './headers.ts';
import { momentOf } from './moment.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';

export interface ConsentResultInput extends PageFrame {
  /** Name of the identity provider here. */
  providerName: string;
  outcome: 'granted' | 'refused';
  /** The provider's own code. */
  error: string | null;
  /** Application id at the provider. */
  clientId: string;
  reference: string;
  at: Date;
  /** Where consent is asked for once more. */
  againHref: string;
}

const render = loadTemplate<{
  tone: 'good' | 'bad';
  heading: string;
  body: string;
  remedy: string;
  againHref: string;
  again: string;
  factsLabel: string;
  facts: { name: string; value: string; kind: 'code' | 'plain' }[];
}>('consent-result');

/** An administrator of the provider's side comes back from its page of consent. */
export function consentResultPage(input: ConsentResultInput): Page {
  const { texts, tenant } = wordsOf(input);
  const { consentResult, error } = texts;
  const granted = input.outcome === 'granted';
  const provider = readable(input.providerName, LONGEST.name);
  const { title, body, remedy } = granted ? consentResult.granted : consentResult.refused;
  const facts = [
    { name: error.reference, value: readable(input.reference, LONGEST.reference), kind: 'code' as const },
    { name: error.code, value: readable(input.error ?? '', LONGEST.code), kind: 'code' as const },
    { name: consentResult.application, value: readable(input.clientId, LONGEST.identifier), kind: 'plain' as const },
    { name: error.time, value: momentOf(input.at), kind: 'plain' as const },
  ];
  const content = render({
    tone: granted ? 'good' : 'bad',
    heading: title,
    body: body(provider, tenant),
    remedy,
    againHref: granted ? '' : requireTarget(input.againHref),
    again: consentResult.again,
    factsLabel: error.facts,
    facts: facts.filter(({ value }) => value !== ''),
  });
  return makePage(input, { title, content, forms: 'none', opener: 'cut' });
}
