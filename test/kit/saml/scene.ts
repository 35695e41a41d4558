import { randomBytes } from 'node:crypto';
import { isProblem } from '#kernel/problem.ts';
import { createTrace, type Trace, type TraceLine } from '#kernel/trace.ts';
import type { Answer, SignInWish, UpstreamIdentity, UpstreamProtocol } from '#upstream/protocol.ts';
import { type CertifiedKey, makeCertifiedKey } from './certificate.ts';
import { createSamlIdp, type RespondOptions, type SamlIdp } from './idp.ts';

/** Noon of an ordinary day: the clock of every scene. */
export const NOON = new Date('2026-11-22T12:00:00.000Z');
export const HANDLE = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcde';
export const ACS_URL = 'https://acme.sso.example.com/sso/okta/acs';
export const SP_ENTITY_ID = 'https://acme.sso.example.com/sso/okta/metadata';

export type Outcome =
  | { code: null; identity: UpstreamIdentity; lines: readonly TraceLine[] }
  | { code: string; detail: string | undefined; lines: readonly TraceLine[] };

export interface Play {
  settings?: Record<string, unknown>;
  wish?: Partial<SignInWish>;
  /** When the answer is judged, in seconds after noon. */
  at?: number;
  /** Instead of the answer that the response options make. */
  answer?: Answer;
  /** Any text in the place of the whole message. */
  xml?: (xml: string) => string;
}

export interface Scene {
  readonly idp: SamlIdp;
  readonly own: CertifiedKey;
  readonly to: RespondOptions['to'];
  raw(changed?: Record<string, unknown>): Record<string, unknown>;
  respondXml(options?: Partial<RespondOptions>): string;
  /** Begins a sign-in, answers it, finishes it: the identity, or the code of the refusal. */
  play(options?: Partial<RespondOptions>, play?: Play): Promise<Outcome>;
}

/** One connection of one tenant, its identity provider, and a clock that stands still. */
export function createScene<Settings>(
  protocol: UpstreamProtocol<Settings>,
  keys?: { idp?: CertifiedKey; own?: CertifiedKey },
): Scene {
  const idp = createSamlIdp({ entityId: 'https://idp.example.net/saml', ssoUrl: 'https://idp.example.net/sso', keys: keys?.idp });
  const own = keys?.own ?? makeCertifiedKey();
  const pair = { privateKeyPem: own.privateKeyPem, certificatePem: own.certificatePem };
  const to = { acsUrl: ACS_URL, spEntityId: SP_ENTITY_ID, inResponseTo: `_${HANDLE}` };
  const raw = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
    spEntityId: SP_ENTITY_ID,
    acsUrl: ACS_URL,
    issuer: idp.entityId,
    ssoUrl: idp.ssoUrl,
    verificationCertificates: [idp.keys.certificatePem],
    keys: { signing: [pair], decryption: [pair] },
    ...changed,
  });
  const respondXml = (options: Partial<RespondOptions> = {}): string => idp.respondXml({ to, now: NOON, ...options });
  const play = async (options: Partial<RespondOptions> = {}, given: Play = {}): Promise<Outcome> => {
    const settings = protocol.readSettings(raw(given.settings));
    const wish = { handle: HANDLE, returnUrl: new URL(ACS_URL), forceAuthn: false, acrValues: [], ...given.wish };
    const { remember } = await protocol.begin(settings, wish, worldAt(0));
    const answer = given.answer ?? formOf((given.xml ?? ((same) => same))(respondXml(options)));
    const world = worldAt(given.at ?? 0);
    return judge(() => protocol.finish(settings, answer, JSON.parse(JSON.stringify(remember)), world), world.trace);
  };
  return { idp, own, to, raw, respondXml, play };
}

export function formOf(xml: string | Buffer): Answer {
  return { via: 'form', fields: { SAMLResponse: Buffer.from(xml).toString('base64') } };
}

export function worldAt(
  seconds: number,
  fetched?: (url: string) => Response,
): { now(): Date; randomBytes(length: number): Uint8Array; fetch(url: string | URL): Promise<Response>; trace: Trace } {
  const now = (): Date => new Date(NOON.getTime() + seconds * 1000);
  const fetch = async (url: string | URL): Promise<Response> => {
    if (fetched === undefined) throw new Error(`nothing may be fetched, least of all ${String(url)}`);
    return fetched(String(url));
  };
  return { now, randomBytes, fetch, trace: createTrace({ now }) };
}

async function judge(work: () => Promise<UpstreamIdentity>, trace: Trace): Promise<Outcome> {
  try {
    return { code: null, identity: await work(), lines: trace.lines };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { code: error.code, detail: error.detail, lines: trace.lines };
  }
}
