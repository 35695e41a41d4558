import type { Session } from '#sessions/index.ts';
import type { Application } from '../application.ts';
import type { Artifact, KeptArtifact } from '../artifacts.ts';
import { readGrantId } from '../grants.ts';
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
export function readCode(kept: KeptArtifact, now: Date): PlainCode | undefined {
  const { payload, sessionUid } = kept;
  const isPlain =
    isAlive(kept, now) && isOnly(payload, 'AuthorizationCode', CODE_MEMBERS) && payload['codeChallengeMethod'] === 'S256';
  return isPlain && sessionUid ? { ...(payload as unknown as PlainCode), sessionUid } : undefined;
}

/** What a token has from the code that it was given for. */
function tokenOf(
  { accountId, clientId, grantId, scope, sessionUid }: PlainCode,
  { lifetimeSeconds, now }: { lifetimeSeconds: number; now: Date },
  more: Record<string, unknown>,
): Artifact {
  const iat = secondsOf(now);
  const gty = 'authorization_code';
  return {
    payload: { iat, exp: iat + lifetimeSeconds, accountId, clientId, grantId, gty, scope, ...more },
    grantId,
    sessionUid,
    accountId: accountId as Artifact['accountId'],
    expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000),
  };
}

/** How the person authenticated, where it was said. */
const authenticationOf = ({ acr, amr }: PlainCode) => ({
  ...(acr === undefined ? {} : { acr }),
  ...(amr === undefined ? {} : { amr }),
});

/** An access token as it is stored. */
export function accessTokenOf(code: PlainCode, idp: string | null, life: { lifetimeSeconds: number; now: Date }): Artifact {
  const extra = { auth_time: code.authTime, ...authenticationOf(code), ...(idp ? { idp } : {}) };
  return tokenOf(code, life, { kind: 'AccessToken', extra });
}

/** The first of a family of refresh tokens as it is stored. */
export function refreshTokenOf(code: PlainCode, life: { lifetimeSeconds: number; now: Date }): Artifact {
  const { authTime, nonce } = code;
  return tokenOf(code, life, {
    kind: 'RefreshToken',
    // When the family began: it ends with this one's lifetime.
    iiat: secondsOf(life.now),
    rotations: 0,
    authTime,
    ...authenticationOf(code),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

/** What a stored access token says. */
export interface PlainToken {
  readonly grantId: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scope: string;
  readonly extra: Record<string, unknown>;
}

const TOKEN_MEMBERS: ReadonlySet<string> = new Set('iat exp accountId clientId grantId gty kind scope extra'.split(' '));

/** @returns undefined when it is over, or has more to it than is known here: an audience, a key that it is bound to */
export function readToken(kept: KeptArtifact, now: Date): PlainToken | undefined {
  const isPlain = isAlive(kept, now) && isOnly(kept.payload, 'AccessToken', TOKEN_MEMBERS);
  return isPlain ? (kept.payload as unknown as PlainToken) : undefined;
}

/** Neither spent nor over, by its row and by what it says itself, and both name the same family and person. */
function isAlive({ payload, grantId, accountId, expiresAt, consumedAt }: KeptArtifact, now: Date): boolean {
  const isOver = consumedAt !== null || expiresAt === null || expiresAt <= now || Number(payload['exp']) <= secondsOf(now);
  return (
    !isOver && grantId !== null && grantId === payload['grantId'] && accountId !== null && accountId === payload['accountId']
  );
}

function isOnly(payload: Record<string, unknown>, kind: string, members: ReadonlySet<string>): boolean {
  return payload['kind'] === kind && Object.keys(payload).every((name) => members.has(name));
}

/** Only what an application of the house has by its registration; what was consented to is looked up by oidc-provider. */
export function isRegistered({ grantId, clientId, accountId }: Pick<PlainToken, 'grantId' | 'clientId' | 'accountId'>): boolean {
  const grant = readGrantId(grantId);
  return grant?.basis === 'registered' && grant.applicationId === clientId && grant.userId === accountId;
}
