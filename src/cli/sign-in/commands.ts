import { argument, type Call, dataOf, type Noun, type Verb } from '../command.ts';
import { listed } from '../lists.ts';
import { checkName, providerId, slugsOf, userId } from '../names.ts';
import { deliver, outputOption } from '../output.ts';
import { limitOption, readAll } from '../pages.ts';
import { paintState } from '../print/style.ts';
import { tellSignIn } from './tell.ts';
import { tellFigures } from './tell-figures.ts';

/** Sign-ins that are shown unless more are asked for. */
const USUAL = 50;

const list: Verb = {
  usage: 'list',
  summary: 'Find sign-ins, newest first; every given filter must hold',
  options: [
    { flags: '--outcome <outcome>', text: 'how it ended', choices: ['signed-in', 'refused', 'verified', 'signed-out'] },
    {
      flags: '--purpose <purpose>',
      text: 'sign-in unless told; tests and sign-outs are listed only when asked for',
      choices: ['sign-in', 'verify', 'sign-out', 'all'],
    },
    { flags: '--code <code>', text: 'problem code, as saml.audience_mismatch' },
    { flags: '--provider <provider>', text: 'identity provider, by id or slug' },
    { flags: '--person <text>', text: 'a part of the address or name' },
    { flags: '--user <user>', text: 'by id or e-mail address' },
    { flags: '--application <id>', text: 'client id of the application' },
    { flags: '--reference <part>', text: 'a part of the reference' },
    { flags: '--from <time>', text: 'at or after this time (RFC 3339)' },
    { flags: '--until <time>', text: 'before this time (RFC 3339)' },
    limitOption,
  ],
  examples: ['list --outcome refused', 'list --provider okta --code saml.audience_mismatch', 'list --person alice --purpose all'],
  async run(call) {
    const client = await call.tenant();
    const filter = await filterOf(call);
    const page = await readAll(
      call,
      async (query) => dataOf(await client.GET('/api/v1/sign-ins', { params: { query: { ...query, ...filter } } })),
      USUAL,
    );
    const slugs = call.json ? new Map<string, string>() : await slugsOf(client);
    return listed(page, {
      reference: ({ reference }) => reference,
      at: ({ startedAt }) => call.style.time(startedAt),
      outcome: ({ outcome }) => ({ painted: paintState(call.style, outcome) }),
      code: ({ code }) => code,
      person: ({ person }) => person,
      provider: ({ identityProviderId: id }) => id && (slugs.get(id) ?? id),
    });
  },
};

const show: Verb = {
  usage: 'show <reference>',
  summary: 'Tell one sign-in: what to do about it, then every step',
  examples: ['show 7KQ2-M4XW', 'show 7KQ2-M4XW --json'],
  async run(call) {
    const client = await call.tenant();
    const path = { reference: checkName(argument(call, 0)) } as never;
    const signIn = dataOf(await client.GET('/api/v1/sign-ins/{reference}', { params: { path } }));
    const slugs = call.json ? new Map<string, string>() : await slugsOf(client);
    return { document: signIn, text: tellSignIn(signIn, { style: call.style, columns: call.io.columns, slugs }) };
  },
};

const exportOne: Verb = {
  usage: 'export <reference>',
  summary: 'Write one sign-in to hand on, as text for a ticket or as JSON; no secret and no token is in it',
  options: [{ flags: '--format <format>', text: 'text unless told', choices: ['text', 'json'] }, outputOption],
  examples: ['export 7KQ2-M4XW -o ticket.txt', 'export 7KQ2-M4XW --format json'],
  async run(call) {
    const client = await call.tenant();
    const path = { reference: checkName(argument(call, 0)) } as never;
    const query = { format: call.text('format') === 'json' || call.json ? 'json' : 'text' } as const;
    const { response } = await client.GET('/api/v1/sign-ins/{reference}/export', { params: { path, query }, parseAs: 'stream' });
    return deliver(call, await response.text());
  },
};

const figures: Verb = {
  usage: 'figures',
  summary: 'Count sign-ins by day, and refusals by cause; tests are not counted',
  options: [
    { flags: '--days <n>', text: 'today and those before it, 7 unless told', kind: 'number' },
    { flags: '--time-zone <name>', text: 'where a day begins and ends, as Europe/Berlin; UTC unless told' },
    { flags: '--provider <provider>', text: 'identity provider, by id or slug' },
  ],
  examples: ['figures --days 30', 'figures --provider okta --time-zone Europe/Berlin'],
  async run(call) {
    const client = await call.tenant();
    const provider = call.text('provider');
    const query = {
      days: call.number('days') ?? 7,
      timeZone: call.text('time-zone') ?? 'UTC',
      identityProviderId: provider === undefined ? undefined : await providerId(client, provider),
    };
    const found = dataOf(await client.GET('/api/v1/sign-ins/figures', { params: { query } }));
    return { document: found, text: tellFigures(found) };
  },
};

async function filterOf(call: Call): Promise<object> {
  const [provider, user] = [call.text('provider'), call.text('user')];
  const given: Record<string, string | undefined> = {
    outcome: call.text('outcome'),
    purpose: call.text('purpose'),
    code: call.text('code'),
    person: call.text('person'),
    reference: call.text('reference'),
    applicationId: call.text('application'),
    from: call.text('from'),
    until: call.text('until'),
    identityProviderId: provider === undefined ? undefined : await providerId(await call.tenant(), provider),
    userId: user === undefined ? undefined : await userId(await call.tenant(), user),
  };
  return given;
}

export const signInNoun: Noun = {
  name: 'sign-in',
  summary: 'Sign-ins that were made or refused, with their traces',
  verbs: [list, show, exportOne, figures],
};
