import { factOf } from '../facts.ts';
import { readDirectoryIssuer } from '../microsoft.ts';
import { problems } from '../problems.ts';
import type { OidcSettings } from '../settings.ts';
import type { IdTokenCheck } from './rules.ts';

/** Issued by the configured issuer: equal in every character, a slash and a capital letter included. @see OpenID Connect Core 1.0 §3.1.3.7(2) */
export const checkIssuer: IdTokenCheck = ({ claims, settings, trace }) => {
  trace.check({
    step: 'oidc.issuer',
    expected: settings.issuer,
    received: factOf(claims.iss),
    holds: claims.iss === settings.issuer,
    otherwise: problemOf(claims.iss, settings),
  });
};

/** What is wrong is told apart for whoever has to mend it; all of it is refused. */
function problemOf(issuer: unknown, settings: OidcSettings): (typeof problems)[keyof typeof problems] {
  const expected = settings.kind === 'microsoft-oidc' ? readDirectoryIssuer(settings.issuer) : undefined;
  const received = expected && typeof issuer === 'string' ? readDirectoryIssuer(issuer) : undefined;
  if (!expected || !received) return problems.issuer_mismatch;
  if (received.directoryId !== expected.directoryId) return problems.directory_mismatch;
  return received.version === expected.version ? problems.issuer_mismatch : problems.token_version_mismatch;
}
