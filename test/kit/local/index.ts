import { createHash } from 'node:crypto';
import type { Argon2id } from '#sign-in/index.ts';
import type { Agent, Visit } from '../agent.ts';
import type { Api, TestTenant } from '../scene.ts';

/** Words that do not belong together, as the page advises. */
export const PASSWORD = 'violet harbour tricycle 42';
export const ADA = { email: 'ada@acme.example', name: 'Ada Admin', password: PASSWORD, repeated: PASSWORD };

/** A link for a new administrator, or for the password of the one named. @returns its address */
export async function makeLink(operator: Api, { name }: Pick<TestTenant, 'name'>, userId?: string): Promise<string> {
  const body = userId === undefined ? {} : { userId };
  const { status, json } = await operator.call<{ url: string }>('POST', `/api/v1/tenants/${name}/setup-link`, body);
  if (status !== 201) throw new Error(`no set-up link: ${status} ${JSON.stringify(json)}`);
  return json.url;
}

/** Makes a local administrator as the page does. */
export async function setUp(agent: Agent, link: string, form: Partial<typeof ADA> = {}): Promise<Visit> {
  return agent.post(link, { ...ADA, ...form });
}

export async function signInByPassword(
  agent: Agent,
  tenant: Pick<TestTenant, 'url'>,
  {
    email = ADA.email,
    password = PASSWORD,
    ...more
  }: { email?: string; password?: string; headers?: Record<string, string> } = {},
): Promise<Visit> {
  return agent.post(`${tenant.url}/sign-in/password`, { identifier: email, password }, more.headers);
}

/** In the place of argon2id: quick, and it counts. What hangs on the real one is tried with the real one. */
export function countingArgon2id(): { derive: Argon2id; runs: number; before: (() => Promise<void>) | undefined } {
  const counting: ReturnType<typeof countingArgon2id> = {
    runs: 0,
    before: undefined,
    async derive({ message, nonce }) {
      counting.runs += 1;
      await counting.before?.();
      return createHash('sha256')
        .update(Buffer.from(nonce as Uint8Array))
        .update(Buffer.from(message as Uint8Array))
        .digest();
    },
  };
  return counting;
}
