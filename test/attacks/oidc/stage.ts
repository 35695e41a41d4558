import { it } from 'node:test';
import { Agent, type Visit } from '../../kit/agent.ts';
import type { TestGatewayOptions } from '../../kit/gateway.ts';
import type { AnswerChange, OidcIdp, OidcIdpOptions, RecordedRequest, TokenChange } from '../../kit/oidc/index.ts';
import {
  type AuthorizationRequest,
  goToProvider,
  type OidcConnection,
  openScene,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../../kit/scene.ts';
import { type Place, refused, signsIn } from '../oracles.ts';

/** Whom every forged token names: known to the tenant, linked to the provider, never to be signed in by an attack. */
export const VICTIM = 'admin-0001';
export const VICTIM_EMAIL = 'admin@acme.example';

export interface Stage {
  readonly scene: Scene;
  readonly acme: TestTenant;
  readonly idp: OidcIdp;
  readonly oidc: OidcConnection;
  /** Moves the clock that gateway and provider share. */
  advance(seconds: number): void;
  /** Seconds since 1970 by that clock, that far from now. */
  at(seconds: number): number;
  close(): Promise<void>;
}

export interface StageOptions {
  idp?: OidcIdpOptions;
  /** Changes the connection that is made. */
  connection?: Record<string, unknown>;
  gateway?: TestGatewayOptions;
}

/** A gateway with tenant acme, its OpenID provider, and the victim, who has signed in before. */
export async function openStage({ idp: options, connection, gateway }: StageOptions = {}): Promise<Stage> {
  const scene = await openScene(gateway);
  const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
  const advance = (seconds: number): void => {
    clock.ahead += seconds * 1000;
    scene.gateway.advance(seconds);
  };
  try {
    const acme = await scene.addTenant('acme');
    const idp = await scene.startOidcIdp({ clock, ...options });
    const oidc = await acme.connectOidc(idp, connection);
    const { person } = idp;
    idp.person = { ...person, sub: VICTIM, email: VICTIM_EMAIL };
    const agent = new Agent();
    await signsIn({ tenant: acme, agent }, await signInByOidc(agent, acme, oidc));
    idp.person = person;
    const at = (seconds: number): number => Math.floor(clock.now().getTime() / 1000) + seconds;
    return { scene, acme, idp, oidc, advance, at, close: () => scene.close() };
  } catch (error) {
    await scene.close();
    throw error;
  }
}

/** One sign-in that waits for its answer. */
export interface Waiting extends Place {
  readonly connection: OidcConnection;
  readonly asked: AuthorizationRequest;
  /** The authorization request as the provider gets it. */
  readonly url: URL;
}

export async function begin(
  tenant: TestTenant,
  connection: OidcConnection,
  more: Record<string, string> = {},
  agent = new Agent(),
): Promise<Waiting> {
  const { sent, asked } = await goToProvider(agent, tenant, connection, more);
  return { tenant, agent, connection, asked, url: new URL(sent.location ?? '') };
}

export type Fields = Record<string, string>;

/** The browser brings everything but this. */
export const without =
  (name: string) =>
  (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([own]) => own !== name));
export const withField =
  (name: string, value: string) =>
  (fields: Fields): Fields => ({ ...fields, [name]: value });

type Made<Value> = Value | ((waiting: Waiting) => Value);

/** What a provider, honest or not, answers. What is not named is as it should be. */
export interface Answering {
  token?: Made<TokenChange>;
  tokenAnswer?: Made<AnswerChange>;
  userinfo?: Made<AnswerChange>;
  /** The fields that the browser brings, or the query as it stands in the address. */
  fields?: (fields: Fields, waiting: Waiting) => Fields | string | Promise<Fields | string>;
  /** The code of the answer; the provider is not asked for one. */
  code?: string;
}

/** Where the answer arrives, with what the provider is going to say behind the scenes. */
export async function answerTo(waiting: Waiting, answering: Answering): Promise<string> {
  const { connection, url } = waiting;
  const { idp, callbackUrl } = connection;
  const made = <Value>(value: Made<Value> | undefined): Value | undefined =>
    typeof value === 'function' ? (value as (waiting: Waiting) => Value)(waiting) : value;
  const honest =
    answering.code === undefined ? await idp.authorize(url) : { code: answering.code, state: stateOf(waiting), iss: idp.issuer };
  const brought = answering.fields ? await answering.fields(honest, waiting) : honest;
  // Always set, so that what an earlier refusal left unused is gone.
  idp.nextToken(made(answering.token) ?? {});
  idp.nextTokenResponse(made(answering.tokenAnswer) ?? {});
  idp.nextUserinfo(made(answering.userinfo) ?? {});
  return `${callbackUrl}?${typeof brought === 'string' ? brought : new URLSearchParams(brought)}`;
}

export const stateOf = ({ url }: Waiting): string => url.searchParams.get('state') ?? '';
export const nonceOf = ({ url }: Waiting): string => url.searchParams.get('nonce') ?? '';

export interface Case extends Omit<Answering, 'code'> {
  name: string;
  tenant?: () => TestTenant;
  connection?: () => OidcConnection;
  /** Parameters of the application's request. */
  wish?: Record<string, string>;
  /** Runs before the sign-in begins. */
  prepare?: () => void | Promise<void>;
  /** Runs between request and answer. */
  between?: () => void;
  /** What must have held at the provider afterwards. */
  check?: () => void;
}

/** Each row is refused as REJ says, by its code. */
export function refuse(stage: () => Stage, rows: readonly (Case & { code: string })[]): void {
  for (const { code, ...row } of rows) {
    it(`${row.name}: ${code}`, async () => {
      await refuseOne(stage(), row, code);
    });
  }
}

export async function refuseOne(stage: Stage, row: Omit<Case, 'name'>, code: string): Promise<Visit> {
  const waiting = await beginFor(stage, row);
  row.between?.();
  const address = await answerTo(waiting, row);
  const visit = await refusedWith(waiting, code, () => waiting.agent.get(address));
  row.check?.();
  return visit;
}

/** The oracle REJ, with all that this sign-in has of secrets, those that only the provider sees among them. */
export function refusedWith(waiting: Waiting, code: string, deliver: () => Promise<Visit>): Promise<Visit> {
  const { requests } = waiting.connection.idp;
  const secrets = secretsOf(waiting);
  const seen = requests.length;
  return refused(waiting, { code, status: STATUS[code], secrets }, async () => {
    const visit = await deliver();
    secrets.push(...requests.slice(seen).flatMap(secretsAt));
    return visit;
  });
}

/** Each row is an answer that is as it should be: what looks like it and is refused beside it is refused for its fault. */
export function accept(stage: () => Stage, rows: readonly Case[]): void {
  for (const row of rows) {
    it(`the valid control signs in: ${row.name}`, async () => {
      await acceptOne(stage(), row);
    });
  }
}

/** @returns the claims of the ID token that the application got */
export async function acceptOne(stage: Stage, row: Omit<Case, 'name'> = {}): Promise<Record<string, unknown>> {
  const waiting = await beginFor(stage, row);
  row.between?.();
  const address = await answerTo(waiting, row);
  const claims = await signsIn(waiting, { arrived: await waiting.agent.get(address), asked: waiting.asked });
  row.check?.();
  return claims;
}

async function beginFor({ acme, oidc }: Stage, { tenant, connection, wish, prepare }: Omit<Case, 'name'>): Promise<Waiting> {
  await prepare?.();
  return begin(tenant?.() ?? acme, connection?.() ?? oidc, wish);
}

/** Refusals whose fault lies with the provider, not with who asks. */
const STATUS: Readonly<Record<string, number>> = {
  'oidc.keys_unavailable': 502,
  'oidc.token_answer_unreadable': 502,
  'oidc.id_token_missing': 502,
  'oidc.client_refused': 502,
  'oidc.token_refused': 502,
  'oidc.userinfo_unreadable': 502,
  'fetch.answer_unreadable': 502,
  'fetch.too_large': 502,
  'fetch.too_slow': 504,
  'fetch.unreachable': 502,
};

/** How every JWT begins: no token in any form may be shown. */
const ANY_TOKEN = 'eyJhbGci';

/** What nobody may read afterwards. */
function secretsOf({ agent, tenant, connection, url }: Waiting): string[] {
  const browser = agent.cookie(new URL(tenant.url).origin, 'browser') ?? '';
  const secret = connection.idp.clients.get(url.searchParams.get('client_id') ?? '')?.secret ?? '';
  return [ANY_TOKEN, url.searchParams.get('state') ?? '', url.searchParams.get('nonce') ?? '', browser, secret].filter(
    (text) => text !== '',
  );
}

/** Code, verifier, client authentication and access token, as the gateway sent them. */
function secretsAt({ headers, fields }: RecordedRequest): string[] {
  const sent = [headers.authorization?.replace(/^\w+ /, ''), fields.get('code'), fields.get('code_verifier')];
  return sent.filter((text) => text !== undefined && text !== null && text !== '') as string[];
}
