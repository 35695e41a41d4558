import type { Session } from '#sessions/index.ts';
import type { Application } from '../application.ts';
import type { Artifact, KeptArtifact } from '../artifacts.ts';
import type { GrantReference } from '../grants.ts';
import { CODE_SECONDS } from '../lifetimes.ts';
import { secondsOf } from './plain.ts';

/** A plain authorization request, judged. */
export interface CodeRequest {
  readonly redirectUri: string;
  /** In the order in which they are stored. */
  readonly scopes: readonly string[];
  readonly codeChallenge: string;
  readonly nonce?: string;
  readonly state?: string;
}

/** A code as it is stored: what oidc-provider's own would hold, which redeems those that are not plain. */
export function codeOf(
  { redirectUri, scopes, codeChallenge, nonce }: CodeRequest,
  { application, session, grantId }: { application: Application; session: Session; grantId: string },
  now: Date,
): Artifact {
  const iat = secondsOf(now);
  return {
    payload: {
      iat,
      exp: iat + CODE_SECONDS,
      kind: 'AuthorizationCode',
      accountId: session.userId,
      ...(session.acr ? { acr: session.acr } : {}),
      ...(session.amr.length > 0 ? { amr: session.amr } : {}),
      authTime: secondsOf(session.authenticatedAt),
      clientId: application.id,
      codeChallenge,
      codeChallengeMethod: 'S256',
      grantId,
      ...(nonce === undefined ? {} : { nonce }),
      redirectUri,
      scope: scopes.join(' '),
    },
    grantId,
    sessionUid: session.uid,
    accountId: session.userId,
    expiresAt: new Date(now.getTime() + CODE_SECONDS * 1000),
  };
}

/** What a stored code says. */
export interface PlainCode {
  readonly grantId: string;
  readonly sessionUid: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scope: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly authTime: number;
}

/** Members of a code that `redeem-code.ts` knows what to do with; with any other it is not plain. */
const CODE_MEMBERS: ReadonlySet<string> = new Set(
  'iat exp kind accountId acr amr authTime clientId codeChallenge codeChallengeMethod grantId nonce redirectUri scope'.split(' '),
);

/** @returns undefined when it is spent, over, or has more to it than is known here */
export function readCode(
  { payload, grantId, sessionUid, accountId, expiresAt, consumedAt }: KeptArtifact,
  now: Date,
): PlainCode | undefined {
  const isAlive = consumedAt === null && expiresAt !== null && expiresAt > now && Number(payload['exp']) > secondsOf(now);
  if (!isAlive || payload['kind'] !== 'AuthorizationCode' || payload['codeChallengeMethod'] !== 'S256') return undefined;
  if (!Object.keys(payload).every((name) => CODE_MEMBERS.has(name))) return undefined;
  if (!grantId || !sessionUid || !accountId || grantId !== payload['grantId'] || accountId !== payload['accountId'])
    return undefined;
  return { ...(payload as unknown as PlainCode), grantId, sessionUid, accountId };
}

/** An access token as it is stored. */
export function accessTokenOf(
  code: PlainCode,
  { idp, lifetimeSeconds, now }: { idp: string | null; lifetimeSeconds: number; now: Date },
): Artifact {
  const iat = secondsOf(now);
  const { acr, amr, authTime, clientId, grantId, scope, sessionUid } = code;
  return {
    payload: {
      iat,
      exp: iat + lifetimeSeconds,
      accountId: code.accountId,
      clientId,
      grantId,
      gty: 'authorization_code',
      kind: 'AccessToken',
      scope,
      extra: {
        auth_time: authTime,
        ...(acr === undefined ? {} : { acr }),
        ...(amr === undefined ? {} : { amr }),
        ...(idp ? { idp } : {}),
      },
    },
    grantId,
    sessionUid,
    accountId: code.accountId as Artifact['accountId'],
    expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000),
  };
}

/** The first of a family of refresh tokens as it is stored. */
export function refreshTokenOf(code: PlainCode, { lifetimeSeconds, now }: { lifetimeSeconds: number; now: Date }): Artifact {
  const iat = secondsOf(now);
  const { accountId, acr, amr, authTime, clientId, grantId, nonce, scope, sessionUid } = code;
  return {
    payload: {
      iat,
      exp: iat + lifetimeSeconds,
      // When the family began: it ends with this one's lifetime.
      iiat: iat,
      accountId,
      ...(acr === undefined ? {} : { acr }),
      ...(amr === undefined ? {} : { amr }),
      authTime,
      clientId,
      grantId,
      gty: 'authorization_code',
      kind: 'RefreshToken',
      ...(nonce === undefined ? {} : { nonce }),
      rotations: 0,
      scope,
    },
    grantId,
    sessionUid,
    accountId: accountId as Artifact['accountId'],
    expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000),
  };
}

/** What a stored access token says. */
export interface PlainToken {
  readonly clientId: string;
  readonly accountId: string;
  readonly scope: string;
  readonly extra: Record<string, unknown>;
}

const TOKEN_MEMBERS: ReadonlySet<string> = new Set('iat exp accountId clientId grantId gty kind scope extra'.split(' '));

/** @returns undefined when it is over, or has more to it than is known here: an audience, a key that it is bound to */
export function readToken({ payload, accountId, expiresAt, consumedAt }: KeptArtifact, now: Date): PlainToken | undefined {
  const isAlive = consumedAt === null && expiresAt !== null && expiresAt > now && Number(payload['exp']) > secondsOf(now);
  if (!isAlive || payload['kind'] !== 'AccessToken' || !accountId || accountId !== payload['accountId']) return undefined;
  if (!Object.keys(payload).every((name) => TOKEN_MEMBERS.has(name))) return undefined;
  const { clientId, scope, extra } = payload;
  if (typeof clientId !== 'string' || typeof scope !== 'string') return undefined;
  return { clientId, accountId, scope, extra: (extra ?? {}) as Record<string, unknown> };
}

/** Only what an application of the house has by its registration; what was consented to is looked up by oidc-provider. */
export const isRegistered = (
  grant: GrantReference | undefined,
  { clientId, accountId }: { clientId: string; accountId: string },
): boolean => grant?.basis === 'registered' && grant.applicationId === clientId && grant.userId === accountId;
