import assert from 'node:assert/strict';
import { Agent, type Visit } from '../../kit/agent.ts';
import { countingArgon2id, makeLink, setUp, signInByPassword } from '../../kit/local/index.ts';
import { openScene, type Scene, type TestTenant } from '../../kit/scene.ts';

export const argon2 = countingArgon2id();
export const WRONG = 'a password of somebody else 7';
export let scene: Scene;
export let acme: TestTenant;
export let ada: string;
export let count = 0;

/** From a network that nobody has come from, unless it is named: what one row counts is no other row's business. */
export const network = (): Record<string, string> => {
  count += 1;
  return { 'x-forwarded-for': `10.${count >> 8}.${count & 255}.7` };
};
export const isIn = (visit: Visit): boolean => visit.status === 303 && visit.location === `${acme.url}/console/`;
export const guess = (headers: Record<string, string>, given: { email?: string; password?: string } = {}): Promise<Visit> =>
  signInByPassword(new Agent(), acme, { password: WRONG, ...given, headers });

/** A scene of its own for each group: counters of names are counted for an hour. */
export async function begin(): Promise<void> {
  scene = await openScene({ proxies: 1, argon2id: argon2.derive });
  acme = await scene.addTenant('acme');
  const visit = await setUp(new Agent(), await makeLink(scene.operator, acme));
  assert.equal(visit.status, 303, visit.body);
  const { json } = await acme.api.call('GET', '/api/v1/local-administrators');
  ada = String(json.items[0]?.['userId']);
}
export const end = (): Promise<void> => scene.close();
