import type { ConnectionKind } from '../connection.ts';

/** What a provider said when it refused, as trace and problem have it; foreign text, only ever compared. */
export interface ProviderFacts {
  kind?: ConnectionKind;
  /** Which vendor it is, when somebody said or recognised it; some errors mean one thing with one vendor alone. */
  preset?: string | null;
  /** OAuth error code and description. */
  error?: string | null;
  description?: string | null;
  /** Entra's own number, `AADSTS50105`. */
  aadsts?: string | null;
  /** SAML: the outer status code, the one inside, and the message. */
  status?: { code: string | null; nested: string | null; message: string | null };
}

/** What of this connection the sentences name; each does without what is not known. */
export interface ProviderValues {
  redirectUri?: string;
  clientId?: string;
  adminConsentUrl?: string;
  acsUrl?: string;
  spEntityId?: string;
}

/** Where the remedy lies: in this gateway's settings, in the provider's, between them, or with the person who signs in. */
export type Where = 'here' | 'provider' | 'network' | 'person';

/** What the person at the browser is told; `pages/texts` has the words for each. */
export const personReasons = [
  'not_assigned',
  'consent_missing',
  'consent_declined',
  'credentials_expired',
  'other_directory',
  'rules_block',
  'second_factor',
  'account_blocked',
  'password',
  'sign_in_first',
  'provider_busy',
  'misconfigured',
] as const;
export type PersonReason = (typeof personReasons)[number];

/** A vendor's refusal in an administrator's words. */
export interface ProviderExplanation {
  /** Stable name of what is wrong: `entra.user_not_assigned`. */
  code: string;
  title: string;
  whatToDo: string;
  where: Where;
  /** The field of the identity provider's document that the remedy is about. */
  pointer?: string;
  person?: PersonReason;
}

/** An explanation whose remedy is still to be filled with the connection's own values. */
export interface Explainer extends Omit<ProviderExplanation, 'whatToDo'> {
  whatToDo: string | ((values: ProviderValues) => string);
}

export function fill({ whatToDo, ...rest }: Explainer, values: ProviderValues): ProviderExplanation {
  return { ...rest, whatToDo: typeof whatToDo === 'string' ? whatToDo : whatToDo(values) };
}
