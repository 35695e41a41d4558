import { queryOf } from '#http/fields.ts';
import type { Transact } from '#kernel/world.ts';
import type { Session, SessionId } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import { readParameters } from './authorization-parameters.routes.ts';
import { decideAuthorization } from './decide-authorization.ts';
import { findApplication } from './find-application.ts';
import { issueCode } from './plain/issue-code.ts';
import type { PlainNeeds } from './plain/plain.ts';
import { routes } from './routes.ts';

/** Somebody has just signed in, and what for. */
export interface SignedInFor {
  readonly tenant: Tenant;
  readonly tenantUrl: string;
  /** Path and query under the tenant's URL, where the browser was to come back to. */
  readonly returnTo: string;
  /** Open since a moment ago, of a person who is active. */
  readonly session: { id: SessionId; session: Session };
}

/**
 * Answers the authorization request that a sign-in began with as soon as there is a session, in the transaction that opens it: the browser
 * need not come round once more. Judged as if it had come.
 *
 * @returns where the browser goes on; undefined when it goes back to `returnTo`, which is not a plain request (`plain/`)
 */
export async function answerAtOnce(
  needs: PlainNeeds,
  transact: Transact,
  { tenant, tenantUrl, returnTo, session: browser }: SignedInFor,
): Promise<string | undefined> {
  if (!returnTo.startsWith(`${routes.authorization}?`)) return undefined;
  const parameters = readParameters(queryOf(returnTo));
  const found = await findApplication(needs.applications, tenant.id, parameters?.['client_id']);
  const application = found?.application;
  const decision = decideAuthorization({ parameters, application, session: browser.session, now: needs.world.now() });
  if (decision.kind !== 'issue') return undefined;
  return issueCode(needs, { tenant, issuer: tenantUrl, transact }, { ...decision, browser });
}
