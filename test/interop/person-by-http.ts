import { Agent, codeOf, type Visit } from '#test/agent.ts';
import type { RunningApp } from '../../sandbox/app/server.ts';
import type { ShownClaims } from './person-at-the-browser.ts';

/** Redirects and forms of one sign-in; the longest real ones have a dozen. */
const LONGEST_WAY = 30;

export interface Form {
  action: string;
  method: string;
  fields: Record<string, string>;
}

/** What a person does at a page of the provider's: the form that they send, or nothing when the way ends there. */
export type AtPage = (forms: readonly Form[], visit: Visit) => Form | undefined;

/** A person without a browser: follows redirects, sends the forms that a script would send, and fills in what `atPage` says. */
export async function goByHttp(agent: Agent, url: string, atPage: AtPage = () => undefined): Promise<Visit> {
  let visit = await agent.get(url);
  for (let steps = 0; steps < LONGEST_WAY; steps++) {
    if (visit.location !== undefined && visit.status >= 300 && visit.status < 400) {
      visit = await agent.get(visit.location);
      continue;
    }
    const forms = formsOf(visit);
    const form = forms.find(({ fields }) => 'SAMLResponse' in fields || 'SAMLRequest' in fields) ?? atPage(forms, visit);
    if (form === undefined) return visit;
    visit = await sendForm(agent, form, new URL(visit.url).origin);
  }
  throw new Error(`goes in circles, last at ${visit.url}`);
}

function sendForm(agent: Agent, { action, method, fields }: Form, origin: string): Promise<Visit> {
  return method === 'post' ? agent.post(action, fields, { origin }) : agent.get(`${action}?${new URLSearchParams(fields)}`);
}

/** Signs in to the sample application at this provider, in a browser of its own, as far as it leads. */
export function signInByHttp({ url }: RunningApp, slug: string, atPage?: AtPage): Promise<Visit> {
  return goByHttp(new Agent(), `${url}/sign-in?idp=${encodeURIComponent(slug)}`, atPage);
}

/** What the sample application shows of its tokens; an error that tells what came instead. */
export function claimsOf(visit: Visit): ShownClaims {
  const json = /<pre id="claims">([^<]*)<\/pre>/.exec(visit.body)?.[1];
  if (json === undefined)
    throw new Error(`no claims at ${visit.url}: ${visit.status} ${codeOf(visit) ?? visit.body.slice(0, 500)}`);
  return JSON.parse(plain(json)) as ShownClaims;
}

function formsOf({ body, url }: Visit): Form[] {
  return [...body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, tag = '', inside = '']) => {
    const { action = '', method = 'get' } = attributesOf(tag);
    const inputs = [...inside.matchAll(/<input\b([^>]*)>/gi)].map(([, input = '']) => attributesOf(input));
    const named = inputs.flatMap(({ name, value = '' }) => (name ? [[name, value] as const] : []));
    return { action: new URL(action, url).href, method: method.toLowerCase(), fields: Object.fromEntries(named) };
  });
}

function attributesOf(tag: string): Record<string, string> {
  const found = [...tag.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(found.map(([, name = '', quoted, single]) => [name.toLowerCase(), plain(quoted ?? single ?? '')]));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(html: string): string {
  return html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) =>
    name !== undefined
      ? (NAMED[name] ?? all)
      : String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}
