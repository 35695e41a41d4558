import { hash, timingSafeEqual } from 'node:crypto';
import type { UserId } from '#kernel/ids.ts';
import { newSecret } from '#kernel/world.ts';
import type { Session } from '#sessions/index.ts';
import { isWelcome } from '../accounts.ts';
import type { Application } from '../application.ts';
import { claimsOf } from '../claims.ts';
import { ID_TOKEN_SECONDS } from '../lifetimes.ts';
import { OFFLINE_ACCESS } from '../scopes.ts';
import { signJws } from '../signer.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import { accessTokenOf, isRegistered, type PlainCode, readCode, refreshTokenOf } from './artifacts-of.ts';
import { type At, decline, type PlainNeeds, plainScopes, secondsOf, unlessDeclined, visible, type Writing } from './plain.ts';
import { findClient, type TokenRequest } from './token-request.ts';

/** @see OpenID Connect Core 1.0 §3.1.3.3 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly scope: string;
  readonly token_type: 'Bearer';
}

/**
 * Redeems a code of a first-party application, once.
 * @returns undefined when oidc-provider must answer, be it with a refusal
 * @see OpenID Connect Core 1.0 §3.1.3, RFC 7636 §4.6
 */
export async function redeemCode(
  needs: PlainNeeds,
  at: Writing & { keys: TenantKeys },
  request: TokenRequest,
): Promise<TokenAnswer | undefined> {
  const { tenant } = at;
  const application = await findClient(needs, tenant.id, request);
  const key = { kind: 'AuthorizationCode', id: request.code } as const;
  const kept = application && (await needs.artifacts.find(tenant.id, key));
  const now = needs.world.now();
  const code = kept && readCode(kept, now);
  if (!code || !isFor(code, application, request)) return undefined;
  return unlessDeclined(() =>
    at.transact(async () => {
      // First the session, then what rests on it: whoever ends it meanwhile waits, and finds the tokens.
      const session = await needs.sessions.hold(tenant.id, code.sessionUid);
      if (!session || (await needs.artifacts.consume(tenant.id, key, now)) !== 'consumed') return decline();
      return answer(needs, at, { code, session, now });
    }),
  );
}

async function answer(
  needs: PlainNeeds,
  at: Writing & { keys: TenantKeys },
  { code, session, now }: { code: PlainCode; session: Session; now: Date },
): Promise<TokenAnswer> {
  const { tenant } = at;
  const person = await needs.users.findPerson(tenant.id, code.accountId as UserId);
  if (!person || !isWelcome(person.user)) return decline();
  const { connectionId } = session;
  const idp = connectionId ? await needs.nameConnection(tenant.id, connectionId) : null;
  const tokens = await issueTokens(needs, at, { code, idp, now });
  const { scope, sessionUid: sid } = code;
  const told = claimsOf(person, { firstParty: true, scopes: new Set(scope.split(' ')), idp, sid });
  return {
    ...tokens,
    expires_in: tenant.settings.accessTokenSeconds,
    id_token: await writeIdToken(at, code, { told: visible(told, scope), now }),
    scope,
    token_type: 'Bearer',
  };
}

/** An access token, and a refresh token where the scope asks for one. */
async function issueTokens(
  { artifacts, world }: PlainNeeds,
  { tenant }: At,
  { code, idp, now }: { code: PlainCode; idp: string | null; now: Date },
): Promise<Pick<TokenAnswer, 'access_token' | 'refresh_token'>> {
  const { accessTokenSeconds, refreshTokenSeconds } = tenant.settings;
  const token = newSecret(world);
  const issued = accessTokenOf(code, idp, { lifetimeSeconds: accessTokenSeconds, now });
  await artifacts.put(tenant.id, { kind: 'AccessToken', id: token }, issued);
  if (!code.scope.split(' ').includes(OFFLINE_ACCESS)) return { access_token: token };
  const renewal = newSecret(world);
  const renewing = refreshTokenOf(code, { lifetimeSeconds: refreshTokenSeconds, now });
  await artifacts.put(tenant.id, { kind: 'RefreshToken', id: renewal }, renewing);
  return { access_token: token, refresh_token: renewal };
}

/** This application's, for this redirect URI, and asked for by whoever began. */
function isFor(code: PlainCode, application: Application, { redirectUri, codeVerifier }: TokenRequest): boolean {
  const challenge = Buffer.from(hash('sha256', codeVerifier, 'base64url'));
  const expected = Buffer.from(code.codeChallenge);
  return (
    code.clientId === application.id &&
    application.firstParty &&
    plainScopes(code.scope, application)?.join(' ') === code.scope &&
    isRegistered(code) &&
    code.redirectUri === redirectUri &&
    expected.length === challenge.length &&
    timingSafeEqual(expected, challenge)
  );
}

/** @see OpenID Connect Core 1.0 §2 */
async function writeIdToken(
  { issuer, keys }: At & { keys: TenantKeys },
  { nonce, acr, amr, authTime, clientId }: PlainCode,
  { told, now }: { told: Record<string, unknown>; now: Date },
): Promise<string> {
  const { algorithm, kid } = keys.active;
  const iat = secondsOf(now);
  const header = { alg: algorithm, kid };
  const body = { ...told, acr, amr, auth_time: authTime, nonce, aud: clientId, exp: iat + ID_TOKEN_SECONDS, iat, iss: issuer };
  const signed = `${encode(header)}.${encode(body)}`;
  const signature = await signJws(keys.active, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
