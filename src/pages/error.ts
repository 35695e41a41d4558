import { explain } from './explain.ts';
import type { Page } from './headers.ts';
import { makePage, type PageFrame, wordsOf } from './page.ts';
import { LONGEST, readable, requireTarget } from './safe.ts';
import { loadTemplate } from './template.ts';
import type { Texts } from './texts/catalogue.ts';
import type { RefusalFacts } from './texts/explanation.ts';

export interface ErrorInput extends PageFrame {
  /** Problem code; it chooses the words. */
  code: string;
  /** What it happened in, where other words are right than for a sign-in: a folder of the catalogue. */
  during?: 'logout' | undefined;
  /** Finds the trace of the sign-in, or the request in the log. */
  reference: string;
  /** When it happened. */
  at?: Date;
  /** Why the provider itself refused, and what it is called: a key of the catalogue's `reasons`. */
  reason?: { reason: string; vendor?: string } | undefined;
  /** A problem's `detail`: shown to be passed on to the administrator, in the language it has. */
  detail?: string | undefined;
  /** The person's e-mail address or user id, only if this browser has just proven or typed it. */
  email?: string | undefined;
  /** Where another try starts, when one can help. */
  tryAgainHref?: string | undefined;
}

interface Fact {
  name: string;
  value: string;
  kind: 'code' | 'plain';
}

const render = loadTemplate<{
  heading: string;
  body: string;
  remedy: string;
  tryAgainHref: string;
  tryAgain: string;
  factsLabel: string;
  facts: Fact[];
}>('error');

/** What went wrong, in words; what to do; and, in small print, what the administrator needs to find the trace. */
export function errorPage(input: ErrorInput): Page {
  const { texts, tenant } = wordsOf(input);
  const email = readable(input.email ?? '', LONGEST.identifier);
  const { title, body, remedy } = explain(wordedAs(input), input.language, { tenant, ...known(email, input.reason) });
  const content = render({
    heading: title,
    body,
    remedy,
    tryAgainHref: input.tryAgainHref === undefined ? '' : requireTarget(input.tryAgainHref),
    tryAgain: texts.error.tryAgain,
    factsLabel: texts.error.facts,
    facts: factsOf(input, texts),
  });
  // With a way to try again the journey goes on, perhaps in an application's pop-up.
  return makePage(input, { title, content, forms: 'none', opener: input.tryAgainHref === undefined ? 'cut' : 'kept' });
}

/** A code of the very thing has words of its own; of any other, a sign-out is told as a sign-out. */
const wordedAs = ({ code, during }: ErrorInput): string => (during && !code.startsWith(`${during}.`) ? during : code);

function known(email: string, reason: ErrorInput['reason']): Partial<RefusalFacts> {
  return {
    ...(email === '' ? {} : { email }),
    ...(reason === undefined ? {} : { reason: reason.reason }),
    ...(reason?.vendor === undefined ? {} : { provider: reason.vendor }),
  };
}

function factsOf(input: ErrorInput, { error }: Texts): Fact[] {
  const facts: Fact[] = [
    { name: error.reference, value: readable(input.reference, LONGEST.reference), kind: 'code' },
    { name: error.code, value: readable(input.code, LONGEST.code), kind: 'code' },
    { name: error.detail, value: readable(input.detail ?? '', LONGEST.detail), kind: 'plain' },
    { name: error.time, value: input.at ? `${input.at.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '', kind: 'plain' },
  ];
  return facts.filter((fact) => fact.value !== '');
}
