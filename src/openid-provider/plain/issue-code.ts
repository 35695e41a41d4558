import { newSecret } from '#kernel/world.ts';
import type { Session, SessionId } from '#sessions/index.ts';
import type { Application } from '../application.ts';
import { newGrantId } from '../grants.ts';
import { entriesAfter } from '../session-adapter.ts';
import { type CodeRequest, codeOf } from './artifacts-of.ts';
import { decline, type PlainNeeds, unlessDeclined, type Writing } from './plain.ts';

/**
 * Gives a first-party application a code for the person of a session that is alive.
 * @param browser its session, and its person seen to be active moments ago
 * @returns where the browser goes on; undefined when oidc-provider must answer
 * @see OpenID Connect Core 1.0 §3.1.2.5, RFC 9207 §2
 */
export async function issueCode(
  needs: PlainNeeds,
  { tenant, issuer, transact }: Writing,
  {
    request,
    application,
    browser,
  }: { request: CodeRequest; application: Application; browser: { id: SessionId; session: Session } },
): Promise<string | undefined> {
  const { session } = browser;
  const code = newSecret(needs.world);
  const now = needs.world.now();
  const grantId = newGrantId({ applicationId: application.id, basis: 'registered', userId: session.userId }, needs.world);
  const entries = entriesAfter(session, { applicationId: application.id, tenant, now });
  return unlessDeclined(() =>
    transact(async () => {
      // Ended by somebody else meanwhile: oidc-provider says so.
      if (entries && !(await needs.sessions.touch(tenant.id, browser.id, entries))) decline();
      await needs.artifacts.put(
        tenant.id,
        { kind: 'AuthorizationCode', id: code },
        codeOf(request, { application, session, grantId }, now),
      );
      return addressOf(request, { code, issuer });
    }),
  );
}

function addressOf({ redirectUri, state }: CodeRequest, { code, issuer }: { code: string; issuer: string }): string {
  const address = new URL(redirectUri);
  const answer = { code, ...(state === undefined ? {} : { state }), iss: issuer };
  for (const [name, value] of Object.entries(answer)) address.searchParams.set(name, value);
  return address.href;
}
