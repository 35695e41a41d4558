import { randomUUID } from 'node:crypto';

/**
 * Errors with the words that Entra gives them and the OAuth code that goes with each.
 * @see Learn, "Microsoft Entra authentication and authorization error codes"; for `error` and status: "OAuth 2.0 authorization code flow"
 */
const ERRORS = {
  50011: [
    'invalid_request',
    'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  ],
  50034: ['invalid_grant', 'The user account does not exist in the directory.'],
  50057: ['invalid_grant', 'The user account is disabled.'],
  50105: [
    'access_denied',
    'Your administrator has configured the application to block users unless they are specifically granted (assigned) access to the application.',
  ],
  50173: ['invalid_grant', 'The provided grant has expired due to it being revoked, a fresh auth token is needed.'],
  54005: ['invalid_grant', 'OAuth2 Authorization code was already redeemed, please retry with a new valid code.'],
  65001: [
    'invalid_grant',
    'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  ],
  65004: ['access_denied', 'User declined to consent to access the app.'],
  70000: ['invalid_grant', 'Provided grant is invalid or malformed.'],
  70011: ['invalid_scope', 'The provided request must include a scope input parameter that is valid.'],
  90002: [
    'invalid_request',
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  ],
  501481: ['invalid_grant', 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'],
  700016: [
    'unauthorized_client',
    'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  ],
  700027: ['invalid_client', 'Client assertion contains an invalid signature. [Reason - The key was not found.]'],
  7000215: [
    'invalid_client',
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.',
  ],
  7000218: ['invalid_client', "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."],
  7000222: [
    'invalid_client',
    'The provided client secret keys are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.',
  ],
  7000229: ['unauthorized_client', 'The client application is missing service principal in the tenant.'],
} as const satisfies Record<number, readonly [string, string]>;

export type Aadsts = keyof typeof ERRORS;

export interface OAuthError {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
}

/** The body of a refusal of the token endpoint. @see Learn, "Microsoft identity platform and OAuth 2.0 authorization code flow" (error response) */
export function errorBody(code: Aadsts, now: Date): OAuthError {
  const [error, text] = ERRORS[code];
  const [trace, correlation] = [randomUUID(), randomUUID()];
  const timestamp = now.toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
}

/** 401 for a client that is not believed, else 400. */
export function statusOf(code: Aadsts): number {
  return ERRORS[code][0] === 'invalid_client' ? 401 : 400;
}
