import { vendorOf } from './presets/list.ts';
import { explainProviderError, readProviderFacts } from './presets/provider-errors.ts';
import { microsoft } from './remedies/microsoft.ts';
import { oidcAnswers } from './remedies/oidc-answer.ts';
import { oidcTokens } from './remedies/oidc-token.ts';
import type { RefusalFacts, Remedy, RemedyTable } from './remedies/remedy.ts';
import { samlAssertions } from './remedies/saml-assertion.ts';
import { samlResponses } from './remedies/saml-response.ts';
import { fetches, samlMetadata, xml } from './remedies/wire.ts';

export { type KnownProvider, knownProviderOf } from './remedies/known-provider.ts';
export type { RefusalFacts, Remedy, RemedyTable } from './remedies/remedy.ts';
export { here, inBrackets, network, onPerson, provider, shown } from './remedies/remedy.ts';

/**
 * What an administrator does about each refusal of a provider's answer: `oidc.*`, `saml.*`, `xml.*`, `fetch.*`. One table for reports of
 * Verify, traces and problem documents.
 */
export const upstreamRemedies: RemedyTable = {
  ...oidcAnswers,
  ...oidcTokens,
  ...samlResponses,
  ...samlAssertions,
  ...samlMetadata,
  ...xml,
  ...fetches,
  ...microsoft,
};

/** The remedy of a table for a refusal; undefined for a code that it does not have. */
export function remedyIn(table: RemedyTable, facts: RefusalFacts): Remedy | undefined {
  // Codes come from the store as well: `constructor` is none.
  return Object.hasOwn(table, facts.code) ? table[facts.code]?.(facts) : undefined;
}

/** What to do about an error that the provider itself told, where its vendor is known by it. */
export function remedyOfProvider({ code, received, provider: known }: RefusalFacts): Remedy | undefined {
  const isTold = typeof received === 'object' && received !== null && !Array.isArray(received);
  const told: Readonly<Record<string, unknown>> = isTold ? (received as Readonly<Record<string, unknown>>) : {};
  const facts = readProviderFacts({ code, facts: { ...told, received, preset: known ? vendorOf(known) : null } });
  const found = facts && explainProviderError(facts, known ?? {});
  // What every provider says in the same words is told below with this connection's own values.
  if (!found || /^(?:oauth|oidc|saml|saml_status|sign_in)\./.test(found.code)) return undefined;
  const { where, pointer, whatToDo } = found;
  return { where, whatToDo, ...(pointer === undefined ? {} : { pointer }) };
}
