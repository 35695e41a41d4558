import { request as httpRequest } from 'node:http';

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  /** Where a redirect leads, absolute. */
  readonly location: string | undefined;
}

export interface Sending {
  method?: string;
  headers?: Record<string, string>;
  /** A form, or text with its own content type in `headers`. */
  form?: Record<string, string> | URLSearchParams | string;
  body?: string;
}

/**
 * A browser reduced to what the protocols need: cookies by origin, redirects one at a time, forms. It sends exactly the bytes of the
 * URL that it is given and follows nothing by itself unless asked to.
 */
export class Agent {
  readonly #cookies = new Map<string, Map<string, string>>();

  async send(url: string, sending: Sending = {}): Promise<Visit> {
    const { origin } = new URL(url);
    const form =
      sending.form === undefined
        ? undefined
        : typeof sending.form === 'string'
          ? sending.form
          : new URLSearchParams(sending.form).toString();
    const body = form ?? sending.body;
    const cookie = this.cookieHeader(origin);
    const headers = {
      accept: 'text/html',
      ...(cookie ? { cookie } : {}),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...sending.headers,
    };
    const visit = await exchange(url, { method: sending.method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
    this.#keep(origin, visit.headers['set-cookie']);
    return visit;
  }

  get(url: string, headers?: Record<string, string>): Promise<Visit> {
    return this.send(url, { headers });
  }

  post(url: string, form: Record<string, string> | URLSearchParams | string, headers?: Record<string, string>): Promise<Visit> {
    return this.send(url, { form, headers });
  }

  /** Follows redirects until `until` says so or none is left; ten at most. */
  async follow(start: Visit, until: (url: string) => boolean = () => false): Promise<Visit> {
    let visit = start;
    for (let hops = 0; visit.location !== undefined; hops++) {
      if (until(visit.location)) return visit;
      if (hops === 10) throw new Error(`redirected in circles, last to ${visit.location}`);
      visit = await this.get(visit.location);
    }
    return visit;
  }

  cookieHeader(origin: string): string {
    return [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  cookie(origin: string, part: string): string | undefined {
    return [...(this.#cookies.get(origin) ?? [])].find(([name]) => name.includes(part))?.[1];
  }

  setCookie(origin: string, name: string, value: string): void {
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar.set(name, value));
  }

  /** A second browser that holds the same cookies: what an attacker has who stole them. */
  clone(): Agent {
    const copy = new Agent();
    for (const [origin, jar] of this.#cookies) for (const [name, value] of jar) copy.setCookie(origin, name, value);
    return copy;
  }

  #keep(origin: string, given: string | string[] | undefined): void {
    for (const line of given === undefined ? [] : [given].flat()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=Thu, 01 Jan 1970/i.test(attribute));
      if (gone) this.#cookies.get(origin)?.delete(pair.slice(0, at));
      else this.setCookie(origin, pair.slice(0, at), pair.slice(at + 1));
    }
  }
}

function exchange(
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body?: string },
): Promise<Visit> {
  const { hostname, port, origin } = new URL(url);
  const path = url.slice(origin.length) || '/';
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { location } = answer.headers;
        resolve({
          url,
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          location: location === undefined ? undefined : new URL(location, url).href,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The problem code that an error page or problem document shows. */
export function codeOf(visit: Visit): string | undefined {
  if (String(visit.headers['content-type']).includes('json'))
    return (JSON.parse(visit.body) as { code?: string; error?: string }).code;
  // Where the page says it; what a stranger wrote elsewhere on the page may look like a code as well.
  return /<dd class="code">([a-z_]+\.[a-z_0-9]+)<\/dd>/.exec(visit.body)?.[1];
}

/** Hidden fields and action of the first form of a page. */
export function formOf(visit: Visit): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]*\baction="([^"]*)"/.exec(visit.body)?.[1];
  const inputs = [...visit.body.matchAll(/<input[^>]*>/g)].map(([tag]) => ({
    name: /\bname="([^"]*)"/.exec(tag)?.[1],
    value: /\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '',
  }));
  const fields = inputs.filter((input): input is { name: string; value: string } => input.name !== undefined);
  return {
    action: new URL(unescapeHtml(action ?? ''), visit.url).href,
    fields: Object.fromEntries(fields.map(({ name, value }) => [unescapeHtml(name), unescapeHtml(value)])),
  };
}

export function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x2F': '/' };
  return text.replace(/&(amp|lt|gt|quot|#39|#x27|#x2F);/g, (_, name: string) => named[name] ?? '');
}
