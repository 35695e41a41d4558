import { after, before } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import type { OidcIdp } from '../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../kit/scene.ts';

let scene: Scene;
export let acme: TestTenant;
export let idp: OidcIdp;
let count = 0;

export function connect(document: Record<string, unknown>): Promise<OidcConnection> {
  count += 1;
  return acme.connectOidc(idp, { slug: `idp-${count}`, name: `Provider ${count}`, ...document });
}

/** One sign-in of this person. @returns the ID token's claims, or the code of the refusal */
export async function arrive(
  connection: OidcConnection,
  person: Record<string, unknown>,
): Promise<Record<string, unknown> & { code?: string }> {
  idp.person = { email: `${String(person['sub'])}@acme.example`, email_verified: true, ...person };
  const agent = new Agent();
  const { arrived, asked } = await signInByOidc(agent, acme, connection);
  const code = codeOf(arrived);
  if (code !== undefined) return { code };
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  return { ...claimsOf(json.id_token) };
}

export async function userOf(sub: string): Promise<Record<string, unknown> | undefined> {
  const { json } = await acme.api.call('GET', `/api/v1/users?email=${encodeURIComponent(`${sub}@acme.example`)}`);
  return json.items[0];
}

/** Called first in each file of these tests. */
export function setUp(): void {
  before(async () => {
    scene = await openScene();
    acme = await scene.addTenant('acme');
    idp = await scene.startOidcIdp();
  });
  after(() => scene.close());
}
