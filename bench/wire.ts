import { Agent, request } from 'node:http';

export interface Reply {
  status: number;
  location: string;
  cookies: string[];
  body: string;
}

/** Keep-alive connections as a browser or a relying party holds them. */
const connections = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Sent {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  form?: string;
}

/** One request, as little work for the driver as can be. */
export function send(url: string, { method = 'GET', headers = {}, form }: Sent = {}): Promise<Reply> {
  const { hostname, port, origin } = new URL(url);
  const typed =
    form === undefined
      ? headers
      : { ...headers, 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(form)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path: url.slice(origin.length), method, headers: typed, agent: connections },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (text: string) => {
          body += text;
        });
        answer.on('error', reject);
        answer.on('end', () => {
          const { location } = answer.headers;
          resolve({
            status: answer.statusCode ?? 0,
            location: location === undefined ? '' : new URL(location, url).href,
            cookies: (answer.headers['set-cookie'] ?? []).map((line) => line.slice(0, line.indexOf(';'))),
            body,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(form);
  });
}
