import { readProblem } from '../../../src/client/index.ts';
import { tenantUrl } from '../place.ts';
import { accessToken, renew } from '../session/session.ts';

/** A file of the API, saved by the browser under the name that the answer gives it. */
export async function download(path: string, { name, body }: { name: string; body?: unknown }): Promise<void> {
  const ask = (token: string | undefined): Promise<Response> =>
    fetch(`${tenantUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  let answer = await ask(accessToken());
  if (answer.status === 401) answer = await ask(await renew());
  if (!answer.ok) throw await readProblem(answer);
  const given = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = given ?? name;
  link.click();
  URL.revokeObjectURL(link.href);
}
