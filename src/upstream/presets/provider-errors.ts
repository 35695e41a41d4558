import { explainAadsts } from './aadsts.ts';
import { explainOauthError } from './oauth-errors.ts';
import {
  type Explainer,
  fill,
  type PersonReason,
  type ProviderExplanation,
  type ProviderFacts,
  type ProviderValues,
} from './provider-explanation.ts';
import { explainSamlStatus } from './saml-statuses.ts';

/** A refusal as a Problem or a report has it. */
export interface Refusal {
  code: string;
  facts: Readonly<Record<string, unknown>>;
}

/**
 * A provider's refusal in an administrator's words: what it means with this vendor, what to do and where. Only codes and known phrases are
 * compared; nothing of the provider's text goes into the answer.
 *
 * @returns undefined when there are no words for it: then it is told as it came
 */
export function explainProviderError(facts: ProviderFacts, values: ProviderValues = {}): ProviderExplanation | undefined {
  const explainer = find(facts);
  return explainer && fill(explainer, withConsent(values));
}

/** The consent page lies beside the redirect URI. */
function withConsent(values: ProviderValues): ProviderValues {
  const { adminConsentUrl, redirectUri } = values;
  if (adminConsentUrl !== undefined || !redirectUri?.endsWith('/callback')) return values;
  return { ...values, adminConsentUrl: redirectUri.replace(/\/callback$/, '/admin-consent') };
}

/** Reads what the provider said out of a refusal's facts; undefined for a refusal of our own making. */
export function readProviderFacts({ code, facts }: Refusal): ProviderFacts | undefined {
  const preset = textOf(facts['preset']);
  if (code === 'saml.status_not_success') {
    const said = typeof facts['received'] === 'object' && facts['received'] !== null ? facts['received'] : {};
    const { code: outer, nested, message } = said as Record<string, unknown>;
    return { kind: 'saml', preset, status: { code: textOf(outer), nested: textOf(nested), message: textOf(message) } };
  }
  if (!code.startsWith('oidc.') || typeof facts['error'] !== 'string') return undefined;
  return { preset, error: textOf(facts['error']), description: textOf(facts['description']), aadsts: textOf(facts['aadsts']) };
}

/** What the person at the browser is told of a refusal: a key of `pages/texts`, and whose provider it is where that is certain. */
export function personReasonOf(refusal: Refusal): { reason: PersonReason; vendor?: string } | undefined {
  const facts = readProviderFacts(refusal);
  const found = facts && explainProviderError(facts);
  if (!found?.person) return undefined;
  const vendor = VENDORS[found.code.split('.', 1)[0] ?? ''];
  return { reason: found.person, ...(vendor === undefined ? {} : { vendor }) };
}

/** Names of vendors as people know them. */
const VENDORS: Readonly<Record<string, string>> = {
  entra: 'Microsoft Entra',
  okta: 'Okta',
  google: 'Google',
  adfs: 'AD FS',
  keycloak: 'Keycloak',
  auth0: 'Auth0',
  ping: 'Ping',
};

function find(facts: ProviderFacts): Explainer | undefined {
  const { description, status } = facts;
  const aadsts = facts.aadsts ?? /\bAADSTS\d{4,9}\b/.exec(`${description ?? ''} ${status?.message ?? ''}`)?.[0];
  const byNumber = aadsts === undefined ? undefined : explainAadsts(aadsts);
  return byNumber ?? (status ? explainSamlStatus(facts) : explainOauthError(facts));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
