import { type Html, html, NOTHING, tellPage } from '../html.ts';
import type { Told } from '../web.ts';
import type { AppConfig } from './config.ts';
import type { SignedIn } from './sessions.ts';

export function tellWelcome({ buttons, issuer }: AppConfig): Told {
  const body = html`<h1>Sign in to the sample application</h1>
<p>It trusts one OpenID Connect provider: the tenant <code>${issuer}</code>. Which identity provider stands behind it, and
which protocol that one speaks, is Sallyport’s business.</p>
<div class="actions">
${buttons.map(({ text, idp }) => html`<a class="button main" href="/sign-in?idp=${encodeURIComponent(idp)}">${text}</a>\n`)}
<a class="button" href="/sign-in">Sign in</a>
</div>
<p class="soft">The first buttons name an identity provider to the gateway; the last leaves the choice to its sign-in page.</p>`;
  return tellPage({ title: 'Welcome', site: 'app', body });
}

export function tellClaims(session: SignedIn): Told {
  const { claims, userinfo } = session;
  const name = [userinfo.name, claims['name'], userinfo.email, claims['email']].find((value) => typeof value === 'string');
  const names = [...new Set([...Object.keys(claims), ...Object.keys(userinfo)])].sort(byInterest);
  const body = html`<h1>Hello, ${String(name ?? claims.sub)}</h1>
<p>You are signed in. This is what the application was told about you.</p>
<div class="actions">
${session.refreshToken === undefined ? NOTHING : button('/refresh', 'Refresh', 'button main')}
${button('/sign-out', 'Sign out', 'button')}
</div>
<h2 id="claims-title">Claims</h2>
<div class="card scroll"><table class="claims" aria-labelledby="claims-title">
<thead><tr><th scope="col">Claim</th><th scope="col">ID token</th><th scope="col">Userinfo</th></tr></thead>
<tbody>
${names.map(
  (claim) => html`<tr><th scope="row">${claim}</th>
<td data-from="ID token">${show(claim, claims[claim])}</td><td data-from="Userinfo">${show(claim, userinfo[claim])}</td></tr>\n`,
)}</tbody>
</table></div>
<h2 id="tokens-title">Tokens</h2>
<div class="card scroll"><table aria-labelledby="tokens-title"><tbody>
<tr><th scope="row">Received</th><td>${time(session.receivedAt)}</td></tr>
<tr><th scope="row">Access token expires</th><td>${session.accessExpiresAt ? time(session.accessExpiresAt) : 'unknown'}</td></tr>
<tr><th scope="row">ID token expires</th><td>${time(new Date(claims.exp * 1000))}</td></tr>
<tr><th scope="row">Refresh token</th><td>${refreshWords(session)}</td></tr>
<tr><th scope="row">Scope</th><td>${session.scope ?? 'as asked for'}</td></tr>
</tbody></table></div>
<details><summary>As JSON</summary><pre id="claims">${JSON.stringify({ idToken: claims, userinfo }, null, 2)}</pre></details>`;
  return tellPage({ title: 'Signed in', site: 'app', body });
}

export function tellSignedOut(): Told {
  const body = html`<h1>You are signed out</h1>
<p>Of the application and of the gateway.</p>
<div class="actions"><a class="button main" href="/">To the start page</a></div>`;
  return tellPage({ title: 'Signed out', site: 'app', body });
}

export function tellFailure(failure: { status: number; title: string; detail: string; code?: string | undefined }): Told {
  const body = html`<h1>${failure.title}</h1>
<p>${failure.detail}</p>
${failure.code === undefined ? NOTHING : html`<p class="soft">Code: <code>${failure.code}</code></p>`}
<div class="actions"><a class="button main" href="/">To the start page</a></div>`;
  return tellPage({ title: failure.title, site: 'app', body, status: failure.status });
}

function button(action: string, text: string, look: string): Html {
  return html`<form method="post" action="${action}"><button class="${look}">${text}</button></form>`;
}

/** What a person looks for first; the protocol's own claims come after. */
const FIRST = [
  'sub',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'email',
  'email_verified',
  'phone_number',
  'locale',
  'groups',
  'roles',
  'idp',
  'amr',
  'acr',
  'auth_time',
];
const LAST = ['iss', 'aud', 'azp', 'iat', 'exp', 'nonce', 'sid', 'at_hash'];

function byInterest(one: string, other: string): number {
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}

function rank(claim: string): number {
  if (FIRST.includes(claim)) return FIRST.indexOf(claim);
  return FIRST.length + 1 + LAST.indexOf(claim);
}

const TIMES = ['auth_time', 'iat', 'exp', 'updated_at', 'nbf'];

function show(claim: string, value: unknown): Html | string {
  if (value === undefined) return html`<span class="soft">–</span>`;
  if (typeof value === 'number' && TIMES.includes(claim)) return time(new Date(value * 1000));
  if (Array.isArray(value)) {
    if (value.length === 0) return html`<span class="soft">none</span>`;
    return html`<span class="chips">${value.map((item) => html`<span class="chip">${text(item)}</span>\n`)}</span>`;
  }
  return html`${text(value)}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function time(date: Date): Html {
  const iso = date.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function refreshWords({ refreshToken, refreshes }: SignedIn): string {
  if (refreshToken === undefined) return 'none';
  if (refreshes === 0) return 'yes, not used yet';
  return `yes, used ${refreshes === 1 ? 'once' : `${refreshes} times`} and replaced each time`;
}
