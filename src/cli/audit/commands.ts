import { type Call, dataOf, type Noun, type OptionOf, type Verb } from '../command.ts';
import { listed } from '../lists.ts';
import { outputOption, writeTo } from '../output.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain, tame } from '../print/plain.ts';
import { refuse } from '../refusals.ts';

/** Events that are shown unless more are asked for. */
const USUAL = 50;

const filters: readonly OptionOf[] = [
  { flags: '--action <name>', text: 'as identity-provider.changed' },
  { flags: '--actor <who>', text: 'operator, user:usr_…, or a kind alone: user' },
  { flags: '--target <what>', text: 'as user:usr_…' },
  { flags: '--reference <reference>', text: 'reference of a sign-in' },
  { flags: '--from <time>', text: 'at or after this time (RFC 3339)' },
  { flags: '--until <time>', text: 'before this time (RFC 3339)' },
];

const tenantIdOption: OptionOf = {
  flags: '--of <tenant id>',
  text: 'for operators: the log of this tenant (tnt_…), removed or not; --url is the server’s',
};

const list: Verb = {
  usage: 'list',
  summary: 'List what happened, newest first',
  options: [...filters, tenantIdOption, limitOption],
  examples: ['list --action identity-provider.changed', 'list --actor user --from 2026-11-01T00:00:00Z --limit 200'],
  async run(call) {
    const log = await logOf(call);
    const page = await readAll(call, async (query) => dataOf(await log.read({ ...query, ...filterOf(call) }, 'json')), USUAL);
    return listed(page, {
      at: ({ at }) => call.style.time(at),
      action: ({ action }) => action,
      actor: ({ actor }) => actor,
      target: ({ target }) => target,
      code: ({ code }) => code,
    });
  },
};

const exportEvents: Verb = {
  usage: 'export',
  summary: 'Write the whole log, or a filtered part of it, as NDJSON or CSV',
  options: [
    ...filters,
    tenantIdOption,
    { flags: '--format <format>', text: 'ndjson unless told', choices: ['ndjson', 'csv'] },
    outputOption,
  ],
  examples: ['export -o audit.ndjson', 'export --format csv --from 2026-01-01T00:00:00Z -o 2026.csv'],
  async run(call) {
    const log = await logOf(call);
    const format = call.text('format') === 'csv' ? 'csv' : 'ndjson';
    const { response } = await log.read({ format, ...filterOf(call) }, 'stream');
    const path = call.text('output');
    if (path === undefined) {
      const { io } = call;
      await pour(response, (text) => io.out(io.terminal.output ? tame(text) : text));
      return { text: '' };
    }
    const parts: string[] = [];
    await pour(response, (text) => parts.push(text));
    return writeTo(call.io, { path, words: parts.join('') });
  },
};

const check: Verb = {
  usage: 'check',
  summary: 'Check the hash chain: that nothing was changed or taken out. Exit code 1 when it is broken',
  options: [tenantIdOption],
  examples: ['check', 'check --json', 'check --of tnt_7f…'],
  async run(call) {
    const chain = dataOf(await (await logOf(call)).check());
    const text = chain.intact
      ? `Intact: ${chain.length} events, the newest with hash ${plain(chain.head ?? '-')}.\nNote this hash elsewhere: it shows later that nothing was cut off.\n`
      : `Broken at event ${chain.brokenAt} of ${chain.length}: it was changed, or one before it was taken out.\n`;
    return { document: chain, text, exitCode: chain.intact ? 0 : 1 };
  },
};

/** The log of the tenant that is addressed, or with `--of` that of any tenant of the server. */
async function logOf(call: Call) {
  const tenant = call.text('of');
  if (tenant === undefined) {
    const client = await call.tenant();
    return {
      read: (query: object, parseAs: 'json' | 'stream') =>
        client.GET('/api/v1/audit-events', { params: { query }, parseAs: parseAs as 'json' }),
      check: () => client.GET('/api/v1/audit-events/chain', {}),
    };
  }
  const client = await call.operator();
  return {
    read: (query: object, parseAs: 'json' | 'stream') =>
      client.GET('/api/v1/audit-events', { params: { query: { ...query, tenant } }, parseAs: parseAs as 'json' }),
    check: () => client.GET('/api/v1/audit-events/chain', { params: { query: { tenant } } }),
  };
}

function filterOf(call: Call) {
  const names = ['action', 'actor', 'target', 'reference', 'from', 'until'] as const;
  return Object.fromEntries(names.flatMap((key) => (call.text(key) === undefined ? [] : [[key, call.text(key)]])));
}

/** As it comes: a log of years is not held in memory. @throws ApiProblem `cli.cut_off` */
async function pour(response: Response, write: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) write(decoder.decode(chunk, { stream: true }));
  } catch (cause) {
    // What has been written looks whole: the exit code says that it is not.
    const detail = cause instanceof Error ? cause.message : undefined;
    throw refuse('cli.cut_off', { title: 'The gateway stopped answering in the middle.', detail, remedy: 'Export it again.' });
  }
  write(decoder.decode());
}

export const auditNoun: Noun = {
  name: 'audit',
  summary: 'The audit log of a tenant',
  verbs: [list, exportEvents, check],
};
