import { request } from 'node:http';

/** Posts megabytes in chunks until the other side has had enough. */
export function pourInto(url: string): Promise<{ status: number; sent: number }> {
  const megabyte = Buffer.alloc(1_000_000, 'A');
  return new Promise((resolve) => {
    let sent = 0;
    let status = 0;
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      resolve({ status, sent });
    };
    const pouring = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' } },
      (answer) => {
        status = answer.statusCode ?? 0;
        answer.resume();
        answer.once('end', stop);
      },
    );
    pouring.on('error', stop);
    const pour = (): void => {
      if (stopped || sent === 1000) return void pouring.destroy();
      sent += 1;
      pouring.write(megabyte, pour);
    };
    pouring.write('SAMLResponse=', pour);
  });
}
