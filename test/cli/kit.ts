import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import type { Scene, TestTenant } from '../kit/scene.ts';

export interface Told<Document = unknown> {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: Document;
}

export interface Circumstances {
  stdin?: string;
  /** Files that can be read; what is written is put here as well. */
  files?: Map<string, string>;
  /** What a person at the terminal types; without it there is no terminal. */
  types?: string;
  env?: Record<string, string>;
  /** Happens while the command waits. */
  meanwhile?: () => Promise<unknown>;
  opened?: string[];
  fetch?: Io['fetch'];
  now?: Date;
}

export type Cli = <Document = unknown>(argv: readonly string[], given?: Circumstances) => Promise<Told<Document>>;

/** The command line in this process, as an operator with a tenant's URL; `env` says otherwise. */
export function cliOf({ gateway }: Pick<Scene, 'gateway'>, tenant?: TestTenant): Cli {
  const env = { SALLYPORT_API_URL: tenant?.url ?? gateway.serverUrl, SALLYPORT_TOKEN: gateway.operatorToken };
  return (argv, given = {}) => run(argv, { ...given, env: { ...env, ...given.env } });
}

export async function run<Document>(argv: readonly string[], given: Circumstances = {}): Promise<Told<Document>> {
  const said = { out: '', err: '' };
  const code = await main(argv, ioOf(given, said));
  return {
    code,
    ...said,
    get json() {
      return JSON.parse(said.out) as Document;
    },
  };
}

function ioOf(given: Circumstances, said: { out: string; err: string }): Io {
  const { files = new Map<string, string>(), types, opened = [] } = given;
  const isTerminal = types !== undefined;
  return {
    version: '1.2.3',
    env: given.env ?? {},
    terminal: { input: isTerminal, output: isTerminal, errors: isTerminal },
    columns: 100,
    timeZone: 'UTC',
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    readStdin: async () => given.stdin ?? '',
    async readFile(path) {
      const text = files.get(path);
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    writeFile: async (path, text) => void files.set(path, text),
    ask: async (question) => {
      said.err += question;
      return types ?? '';
    },
    now: () => given.now ?? new Date(),
    wait: async () => void (await given.meanwhile?.()),
    openBrowser: async (url) => opened.push(url) > 0,
    serve: async () => 0,
    fetch: given.fetch ?? ((request) => fetch(request)),
  };
}
