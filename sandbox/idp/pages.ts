import { createHash } from 'node:crypto';
import { type Html, html, NOTHING, tellPage } from '../html.ts';
import { PEOPLE, type Person } from '../people.ts';
import type { Refusal, Told } from '../web.ts';

const SANDBOX_NOTICE = html`<p class="notice" role="note"><strong>This is a sandbox.</strong>
Anybody can sign in here as anybody, without a password. It is for trying out and for tests, never for production.</p>`;

/** The one script of the sandbox: presses the button that the page shows anyway. */
const SUBMIT_SCRIPT = 'document.forms[0].submit()';
const SUBMIT_POLICY = `script-src 'sha256-${createHash('sha256').update(SUBMIT_SCRIPT).digest('base64')}'`;

export interface PickerParts {
  people: readonly Person[];
  /** Who asks: host and path that the person is sent back to. */
  askedBy: string;
  action: string;
  /** The request, carried through the form and read again from scratch when a person is chosen. */
  fields: Readonly<Record<string, string>>;
  loginHint: string | undefined;
}

/** “Who are you?”: a big button a person. */
export function tellPicker({ people, askedBy, action, fields, loginHint }: PickerParts): Told {
  const isHinted = (person: Person): boolean => loginHint !== undefined && person.email === loginHint.trim().toLowerCase();
  const ordered = [...people].sort((one, other) => Number(isHinted(other)) - Number(isHinted(one)));
  const body = html`${SANDBOX_NOTICE}
<h1>Who are you today?</h1>
<p>You are signing in to <strong>${askedBy}</strong>. Choose a person.</p>
<form method="post" action="${action}">
${hidden(fields)}
<ul class="people">
${ordered.map((person) => html`<li>${personButton(person, isHinted(person))}</li>\n`)}</ul>
<p><button class="button" name="person" value="">Cancel the sign-in</button></p>
</form>`;
  return tellPage({ title: 'Choose a person', site: 'idp', body });
}

function personButton(person: Person, isHinted: boolean): Html {
  const chips = [
    ...person.groups.map((group) => html`<span class="chip">${group}</span>\n`),
    ...person.roles.map((role) => html`<span class="chip role">${role}</span>\n`),
  ];
  return html`<button class="person${isHinted ? ' hinted' : ''}" name="person" value="${person.id}">
<span class="avatar" aria-hidden="true">${person.givenName[0] ?? ''}${person.familyName[0] ?? ''}</span>
<span class="who">${person.givenName} ${person.familyName} <small>${person.email}</small></span>
<span class="chips">${chips}</span>
</button>`;
}

/** Sends the browser on with a form; without script the person presses the button. @see SAML Bindings §3.5 */
export function tellPostForm(form: { action: string; fields: Readonly<Record<string, string>> }): Told {
  const body = html`<h1>Signing you in …</h1>
<p>If nothing happens, press the button.</p>
<form method="post" action="${form.action}">
${hidden(form.fields)}
<button class="button main">Continue</button>
</form>
<script>${SUBMIT_SCRIPT}</script>`;
  return tellPage({ title: 'Signing you in', site: 'idp', body, policy: [SUBMIT_POLICY] });
}

export interface HomeParts {
  issuer: string;
  metadata: string;
  sso: string;
  people: readonly Person[];
  /** Whose id and secret anybody at the gateway may use. */
  client: { readonly clientId: string; readonly clientSecret?: string } | undefined;
}

export function tellHome(addresses: HomeParts): Told {
  const row = (name: string, value: string) => html`<tr><th scope="row">${name}</th><td><code>${value}</code></td></tr>\n`;
  const body = html`${SANDBOX_NOTICE}
<h1>An identity provider to try things with</h1>
<p>It speaks OpenID Connect and SAML 2.0, and knows ${addresses.people.length} people.
Start at the sample application; it leads here. Or connect it once more in the console, with the values below: a provider of this
gateway needs no registration here.</p>
<div class="card scroll"><table>
${row('OpenID Connect issuer', addresses.issuer)}
${addresses.client ? [row('Client id', addresses.client.clientId), row('Client secret', addresses.client.clientSecret ?? 'none')] : NOTHING}${row('SAML metadata', addresses.metadata)}
${row('SAML sign-in address', addresses.sso)}
</table></div>
<p class="soft">Add <code>?sign=response</code>, <code>?sign=assertion</code> or <code>?sign=both</code> to the SAML sign-in
address to choose what is signed.</p>`;
  return tellPage({ title: 'Sandbox', site: 'idp', body });
}

export function tellSignedOut(): Told {
  const body = html`<h1>You are signed out</h1><p>The sandbox keeps no session: the next sign-in asks who you are again.</p>`;
  return tellPage({ title: 'Signed out', site: 'idp', body });
}

export function tellRefusal(refusal: Refusal): Told {
  const way = refusal.status === 404 ? html`<p><a href="/">To the start page</a></p>` : NOTHING;
  const body = html`<h1>This cannot be done</h1><p>${refusal.message}</p>${way}`;
  return tellPage({ title: 'Refused', site: 'idp', body, status: refusal.status });
}

function hidden(fields: Readonly<Record<string, string>>): Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`);
}

export function findPerson(people: readonly Person[] = PEOPLE, id: string | undefined): Person | undefined {
  return people.find((person) => person.id === id);
}
