import { createHash, randomBytes } from 'node:crypto';
import { send } from './wire.ts';

/** The stages of one sign-in that the gateway works in, in their order. */
export const STAGES = ['authorize', 'answer', 'resume', 'token', 'userinfo'] as const;
export type Stage = (typeof STAGES)[number];

/** One tenant that the driver signs in to. */
export interface Target {
  tenantUrl: string;
  slug: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

/** What the driver does in the provider's place, between `authorize` and `answer`; costs the gateway nothing. */
export type Provider = (target: Target, sentTo: string) => Promise<{ url: string; form?: string }>;

/** One sign-in of one browser, stage by stage. */
export class Journey {
  readonly #target: Target;
  readonly #provider: Provider;
  readonly #verifier = randomBytes(32).toString('base64url');
  readonly #cookies = new Map<string, string>();
  #next = '';
  #answer: { url: string; form?: string } = { url: '' };
  #token = '';

  constructor(target: Target, provider: Provider) {
    this.#target = target;
    this.#provider = provider;
  }

  /** Everything from the application's link to the userinfo answer. */
  async whole(): Promise<void> {
    await this.authorize();
    await this.prepare();
    await this.answer();
    await this.resume();
    await this.token();
    await this.userinfo();
  }

  async authorize(): Promise<void> {
    const { tenantUrl, clientId, redirectUri, slug } = this.#target;
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid profile email groups roles',
      redirect_uri: redirectUri,
      state: randomBytes(8).toString('hex'),
      nonce: randomBytes(8).toString('hex'),
      idp: slug,
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    this.#next = await this.#browse(`${tenantUrl}/oauth/authorize?${query}`);
  }

  async prepare(): Promise<void> {
    this.#answer = await this.#provider(this.#target, this.#next);
  }

  async answer(): Promise<void> {
    this.#next = await this.#browse(this.#answer.url, this.#answer.form);
  }

  /** Nothing to do where the answer has led to the application already. */
  async resume(): Promise<void> {
    if (this.#next.startsWith(this.#target.redirectUri)) return;
    this.#next = await this.#browse(this.#next);
    if (!this.#next.startsWith(this.#target.redirectUri)) throw new Error(`not at the application: ${this.#next}`);
  }

  async token(): Promise<void> {
    const { tenantUrl, clientId, clientSecret, redirectUri } = this.#target;
    const code = new URL(this.#next).searchParams.get('code') ?? '';
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: this.#verifier,
    });
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const { status, body } = await send(`${tenantUrl}/oauth/token`, {
      method: 'POST',
      form: form.toString(),
      headers: { authorization },
    });
    if (status !== 200) throw new Error(`token ${status}: ${body}`);
    this.#token = (JSON.parse(body) as { access_token: string }).access_token;
  }

  async userinfo(): Promise<void> {
    const { status, body } = await send(`${this.#target.tenantUrl}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (status !== 200) throw new Error(`userinfo ${status}: ${body}`);
  }

  async #browse(url: string, form?: string): Promise<string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await send(url, {
      method: form === undefined ? 'GET' : 'POST',
      form,
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}) },
    });
    if (reply.location === '')
      throw new Error(
        `${reply.status} at ${url.slice(0, 120)}: ${reply.body.replace(/<style>.*?<\/style>/s, '').slice(0, 1500)}`,
      );
    for (const pair of reply.cookies) this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    return reply.location;
  }
}
