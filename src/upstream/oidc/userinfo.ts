import type { SignInWorld } from '../protocol.ts';
import { checkHeader } from './checks/header.ts';
import { checkUserinfoSubject } from './checks/userinfo-subject.ts';
import { askUserinfo, exchanged, type Library, type RawAnswer } from './exchange.ts';
import { factOf } from './facts.ts';
import type { KeySets } from './key-sets.ts';
import { problems } from './problems.ts';
import type { OidcSettings } from './settings.ts';
import { checkSignature } from './signature.ts';
import { readStrictJson } from './strict-json.ts';
import { readToken } from './token.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Whether the ID token leaves anything to be asked for. An empty list of userinfo claims means all of them. */
export function needsUserinfo(settings: OidcSettings, idToken: Claims): boolean {
  if (!settings.userinfoEndpoint) return false;
  return settings.userinfoClaims.length === 0 || settings.userinfoClaims.some((name) => !Object.hasOwn(idToken, name));
}

/**
 * Asks for further claims about the person of the ID token. A signed answer is held against the same keys, issuer and client.
 *
 * @throws Problem `oidc.userinfo_unreadable`, `oidc.userinfo_subject_mismatch`, those of a token where the answer is one, `fetch.*`
 * @see OpenID Connect Core 1.0 §5.3
 */
export async function fetchUserinfo(
  { accessToken, subject, settings }: { accessToken: string; subject: string; settings: OidcSettings },
  { library, keySets, world }: { library: Library; keySets: KeySets; world: SignInWorld },
): Promise<Claims> {
  const { trace } = world;
  const { raw, objection } = await exchanged(askUserinfo(library, accessToken, subject), world, 'oidc.userinfo_endpoint');
  const claims =
    raw.status === 200 && raw.contentType === 'application/jwt'
      ? await readSigned(raw, settings, { keySets, world })
      : readPlain(raw, world);
  checkUserinfoSubject({ subject, claims, trace });
  trace.check({
    step: 'oidc.userinfo_library',
    expected: 'no objection',
    received: objection ?? 'none',
    holds: objection === undefined,
    otherwise: problems.library_refused,
  });
  return claims;
}

function readPlain(raw: RawAnswer, { trace }: SignInWorld): Claims {
  const json = raw.status === 200 && raw.contentType === 'application/json' ? readStrictJson(raw.bytes) : undefined;
  const claims = json?.kind === 'read' ? json.object : undefined;
  const read = json === undefined ? 'not read' : json.kind === 'read' ? 'read' : json.fault;
  trace.check({
    step: 'oidc.userinfo_answer',
    expected: { status: 200, type: 'application/json', json: 'read' },
    received: { status: raw.status, type: raw.contentType.slice(0, 100), json: read },
    holds: claims !== undefined,
    otherwise: problems.userinfo_unreadable,
  });
  return claims ?? {};
}

async function readSigned(
  raw: RawAnswer,
  settings: OidcSettings,
  needs: { keySets: KeySets; world: SignInWorld },
): Promise<Claims> {
  const { trace } = needs.world;
  const step = 'oidc.userinfo';
  const token = readToken(Buffer.from(raw.bytes).toString('latin1'), trace, step);
  checkHeader(token.header, trace, step);
  await checkSignature(token, { jwksUri: settings.jwksUri, step }, needs);
  const { iss, aud } = token.claims;
  // Both are asked of a signed answer, so that an ID token or logout token of the same issuer for another client is none.
  trace.check({
    step: `${step}_issuer`,
    expected: settings.issuer,
    received: factOf(iss),
    holds: iss === settings.issuer,
    otherwise: problems.issuer_mismatch,
  });
  const forUs = aud === settings.clientId || (Array.isArray(aud) && aud.includes(settings.clientId));
  trace.check({
    step: `${step}_audience`,
    expected: settings.clientId,
    received: factOf(aud),
    holds: forUs,
    otherwise: problems.audience_mismatch,
  });
  return token.claims;
}
