import { factOf } from '../facts.ts';
import { type DirectoryIssuer, readDirectoryIssuer } from '../microsoft.ts';
import { problems } from '../problems.ts';
import type { OidcSettings } from '../settings.ts';
import type { IdTokenCase, IdTokenCheck } from './rules.ts';

/** Issued by the configured issuer: equal in every character, a slash and a capital letter included. @see OpenID Connect Core 1.0 §3.1.3.7(2) */
export const checkIssuer: IdTokenCheck = ({ claims, settings, trace }) => {
  checkDirectory({ claims, settings, trace });
  trace.check({
    step: 'oidc.issuer',
    expected: settings.issuer,
    received: factOf(claims.iss),
    holds: claims.iss === settings.issuer,
    otherwise: problemOf(claims.iss, settings),
  });
};

/** Told apart for whoever has to mend it: another directory, another version of tokens, another issuer altogether. */
function checkDirectory({ claims, settings, trace }: Pick<IdTokenCase, 'claims' | 'settings' | 'trace'>): void {
  const { expected, received } = issuersOf(claims.iss, settings);
  if (!expected || !received || received.directoryId === expected.directoryId) return;
  trace.check({
    step: 'oidc.issuer_directory',
    expected: expected.directoryId,
    received: received.directoryId,
    holds: false,
    otherwise: problems.directory_mismatch,
  });
}

function problemOf(issuer: unknown, settings: OidcSettings): (typeof problems)[keyof typeof problems] {
  const { expected, received } = issuersOf(issuer, settings);
  return expected && received && received.version !== expected.version
    ? problems.token_version_mismatch
    : problems.issuer_mismatch;
}

/** Both as issuers of directories, where both are. */
function issuersOf(
  issuer: unknown,
  settings: OidcSettings,
): { expected: DirectoryIssuer | undefined; received: DirectoryIssuer | undefined } {
  const expected = settings.kind === 'microsoft-oidc' ? readDirectoryIssuer(settings.issuer) : undefined;
  return { expected, received: expected && typeof issuer === 'string' ? readDirectoryIssuer(issuer) : undefined };
}
