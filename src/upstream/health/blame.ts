/**
 * Whose business a refused sign-in is: of the provider and its settings here (`configuration`), of the person who wanted in (`person`), of
 * their browser or of time (`passing`), or of this gateway (`gateway`).
 */
export const blames = ['configuration', 'person', 'passing', 'gateway'] as const;
export type Blame = (typeof blames)[number];

/** Codes that are not what the rest of their folder is. */
const EXCEPTIONS: Readonly<Record<string, Blame>> = {
  // The person, or a rule of their organization about them, said no at the provider.
  'oidc.access_denied': 'person',
  'oidc.authentication_too_old': 'person',
  'oidc.directory_mismatch': 'person',
  'saml.authentication_too_old': 'person',
  'sign_in.not_fresh': 'person',
  // A browser that came twice, too late, or with another's answer.
  'oidc.state_mismatch': 'passing',
  'oidc.code_refused': 'passing',
  'oidc.answer_channel_refused': 'passing',
  'oidc.nonce_mismatch': 'passing',
  'saml.message_missing': 'passing',
  'saml.binding': 'passing',
  'saml.in_response_to_mismatch': 'passing',
  'saml.session_expired': 'passing',
  // The person is fine; what the provider sends, or what this tenant has proven, is not.
  'admission.claim_missing': 'configuration',
  'admission.email_not_trusted': 'configuration',
};

const FOLDERS: Readonly<Record<string, Blame>> = {
  oidc: 'configuration',
  saml: 'configuration',
  xml: 'configuration',
  fetch: 'configuration',
  upstream: 'configuration',
  admission: 'person',
  directory: 'person',
  sign_in: 'passing',
  http: 'gateway',
};

/** @param code problem code of the refusal */
export function blameOf(code: string): Blame {
  const folder = code.split('.', 1)[0] ?? '';
  if (Object.hasOwn(EXCEPTIONS, code)) return EXCEPTIONS[code] as Blame;
  return Object.hasOwn(FOLDERS, folder) ? (FOLDERS[folder] as Blame) : 'passing';
}
