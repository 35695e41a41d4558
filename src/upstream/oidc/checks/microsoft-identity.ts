import { factOf } from '../facts.ts';
import { GUID } from '../microsoft.ts';
import { problems } from '../problems.ts';
import type { IdTokenCheck } from './rules.ts';

/**
 * A person of Microsoft's is directory (`tid`) and object (`oid`), and the directory is the configured one. E-mail and user name can
 * be changed by any administrator of any directory. @see Microsoft identity platform, secure applications by validating claims
 */
export const checkMicrosoftIdentity: IdTokenCheck = ({ claims: { tid, oid }, settings, trace }) => {
  if (settings.kind !== 'microsoft-oidc') return;
  const named = [tid, oid].every((id) => typeof id === 'string' && GUID.test(id));
  trace.check({
    step: 'oidc.microsoft_identity',
    expected: 'tid and oid',
    received: { tid: factOf(tid), oid: factOf(oid) },
    holds: named,
    otherwise: problems.identity_missing,
  });
  const { directoryId } = settings;
  if (!directoryId) return;
  const holds = String(tid).toLowerCase() === directoryId.toLowerCase();
  trace.check({
    step: 'oidc.microsoft_directory',
    expected: directoryId,
    received: factOf(tid),
    holds,
    otherwise: problems.directory_mismatch,
  });
};
