import { createHash } from 'node:crypto';
import type { Answer, SignInWorld, UpstreamIdentity } from '../protocol.ts';
import { readAuthenticationTime } from './checks/authentication-time.ts';
import { checkHeader } from './checks/header.ts';
import { readMethods } from './checks/methods.ts';
import { lastUse } from './checks/times.ts';
import { mergeClaims, verificationOf } from './claims.ts';
import { createLibrary, exchanged, type Library, redeemCode } from './exchange.ts';
import type { KeySets } from './key-sets.ts';
import { answerChecks, idTokenChecks } from './order.ts';
import { type Complete, completeClaims } from './overage.ts';
import { problems } from './problems.ts';
import { type Remembered, readRemembered } from './remembered.ts';
import type { OidcSettings } from './settings.ts';
import { checkSignature } from './signature.ts';
import { readToken } from './token.ts';
import { readTokenAnswer, type TokenAnswer } from './token-answer.ts';
import { fetchUserinfo, needsUserinfo } from './userinfo.ts';

/** What a finish works with. */
interface Needs {
  keySets: KeySets;
  world: SignInWorld;
}
/** An ID token that is larger goes with no logout: sealing and keeping it would cost every sign-in. */
const LONGEST_HINT = 16_384;

type Claims = Readonly<Record<string, unknown>>;

/**
 * From the browser's answer to a verified identity: judge the answer, redeem the code, judge the ID token, ask userinfo.
 *
 * @throws Problem `oidc.*`, `fetch.*`
 * @see OpenID Connect Core 1.0 §3.1.2.7 to §3.1.3.7, §5.3
 */
export async function finish(
  settings: OidcSettings,
  { answer, remembered: kept }: { answer: Answer; remembered: unknown },
  needs: Needs,
): Promise<UpstreamIdentity> {
  const { world } = needs;
  const remembered = readRemembered(kept);
  for (const check of answerChecks) check({ answer, settings, remembered, trace: world.trace });

  const library = createLibrary(settings, world);
  const { raw, objection } = await exchanged(redeemCode(library, answer.fields, remembered), world, 'oidc.token_endpoint');
  const tokens = readTokenAnswer(raw, world.trace);
  if (raw.date) world.trace.note('oidc.answered_at', { received: raw.date.toISOString() });
  const idToken = await verifyIdToken(tokens.idToken, { settings, remembered }, needs);
  world.trace.check({
    step: 'oidc.library',
    expected: 'no objection',
    received: objection ?? 'none',
    holds: objection === undefined,
    otherwise: problems.library_refused,
  });

  const userinfo = await readUserinfo({ tokens, idToken, settings }, { ...needs, library });
  const merged = { claims: mergeClaims(idToken, userinfo, settings), idToken, userinfo };
  const complete = await completeClaims(merged, settings, world);
  return identify(
    { ...complete, idToken, tokens, code: answer.fields.code ?? '', answeredAt: raw.date },
    { settings, remembered },
  );
}

/** Form, header, signature, and then every rule of `order.ts` about the claims. */
export async function verifyIdToken(
  raw: string,
  { settings, remembered }: { settings: OidcSettings; remembered: Remembered },
  needs: Needs,
): Promise<Claims> {
  const {
    world: { trace },
  } = needs;
  const step = 'oidc.id_token';
  const token = readToken(raw, trace, step);
  checkHeader(token.header, trace, step);
  await checkSignature(token, { jwksUri: settings.jwksUri, step }, needs);
  const seconds = Math.floor(needs.world.now().getTime() / 1000);
  for (const check of idTokenChecks) check({ claims: token.claims, settings, remembered, now: seconds, trace });
  return token.claims;
}

function readUserinfo(
  { tokens, idToken, settings }: { tokens: TokenAnswer; idToken: Claims; settings: OidcSettings },
  needs: Needs & { library: Library },
): Promise<Claims> {
  if (!needsUserinfo(settings, idToken)) return Promise.resolve({});
  return fetchUserinfo({ accessToken: tokens.accessToken, subject: String(idToken.sub), settings }, needs);
}

interface Redeemed {
  idToken: Claims;
  tokens: TokenAnswer;
  code: string;
  /** By the clock of the token endpoint. */
  answeredAt: Date | null;
}

function identify(
  { claims, overage, idToken, tokens, code, answeredAt }: Complete & Redeemed,
  { settings, remembered }: { settings: OidcSettings; remembered: Remembered },
): UpstreamIdentity {
  const authenticatedAt = readAuthenticationTime(idToken);
  const until = new Date(lastUse(idToken) * 1000);
  return {
    issuer: settings.issuer,
    subject: subjectOf(idToken, settings),
    claims,
    overage,
    subjectKind: 'lasting',
    emailVerification: verificationOf(claims, settings.kind),
    authenticatedAt: authenticatedAt === null ? null : new Date(authenticatedAt * 1000),
    issuedAt: issuedAt(idToken, answeredAt, settings),
    acr: typeof idToken.acr === 'string' ? idToken.acr : null,
    amr: readMethods(idToken),
    spend: [
      { id: `code:${hashOf(code)}`, until },
      { id: `id-token:${hashOf(JSON.stringify([settings.issuer, remembered.nonce]))}`, until },
    ],
    session: {
      // Only for a later logout there; nobody else reads it again.
      ...(settings.endSessionEndpoint && tokens.idToken.length <= LONGEST_HINT ? { idToken: tokens.idToken } : {}),
      ...(tokens.refreshToken === undefined ? {} : { refreshToken: tokens.refreshToken }),
      ...(typeof idToken.sid === 'string' ? { index: idToken.sid, key: idToken.sid } : {}),
    },
  };
}

/** Microsoft dates its tokens back by five minutes, for clocks that are slow; there the answer itself says what time it is. */
function issuedAt({ iat }: Claims, answeredAt: Date | null, { kind }: OidcSettings): Date | null {
  if (kind === 'microsoft-oidc') return answeredAt;
  return typeof iat === 'number' ? new Date(iat * 1000) : null;
}

/** At Microsoft `sub` differs from application to application; directory and object do not, and neither can be chosen. */
export function subjectOf({ sub, tid, oid }: Claims, { kind }: OidcSettings): string {
  return kind === 'microsoft-oidc' ? `${String(tid)}/${String(oid)}`.toLowerCase() : String(sub);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
