import type { ApiProblem } from '#client/index.ts';
import { plain, plainLines } from './plain.ts';
import type { Style } from './style.ts';

/** A refusal for a person: what, why, each fault with its place, what to do, and by which words to ask about it. */
export function problemText(problem: ApiProblem, style: Style): string {
  const { title, detail, errors, remedy, code, traceId } = problem;
  const faults = errors.map(
    (fault) => `  ${style.paint('bold', plain(fault.pointer || '/'))}  ${plain(fault.detail)} (${plain(fault.code)})`,
  );
  const advice = remedy ?? remedyOf(problem);
  return `${[
    `${style.paint('red', 'Refused:')} ${plain(title)}`,
    ...(detail && detail !== title ? [`  ${plainLines(detail).replaceAll('\n', '\n  ')}`] : []),
    ...faults,
    ...(advice ? [`  ${style.paint('bold', 'What to do:')} ${plain(advice)}`] : []),
    `  Code ${plain(code)}${traceId ? `, trace ${plain(traceId)}` : ''}`,
  ].join('\n')}\n`;
}

/** What the API cannot say better: how this program is told things. */
function remedyOf({ status, code }: ApiProblem): string | undefined {
  if (status === 401) return 'Give a valid token by SALLYPORT_TOKEN, or a file with it by SALLYPORT_TOKEN_FILE.';
  if (code === 'client.unreachable') return 'Check --url and whether the gateway runs: sallyport doctor.';
  if (status === 404 && code.startsWith('client.')) return 'Check --url: it is that of a tenant, or of the server with --tenant.';
  return undefined;
}

/** The same for a program: problem+json as it came, or what it would be. */
export const problemDocument = ({ document, code, title, status }: ApiProblem): object => ({
  code,
  title,
  ...(status === 0 ? {} : { status }),
  ...document,
});
