import { argument, type Call, dataOf, type Noun, type OptionOf, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { done, listed, shown, tellLink } from '../lists.ts';
import { checkName } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain } from '../print/plain.ts';
import { paintState } from '../print/style.ts';

const displayNameOption: OptionOf = { flags: '--display-name <text>', text: 'what people read' };

const list: Verb = {
  usage: 'list',
  summary: 'List the tenants by name',
  options: [limitOption],
  examples: ['list', 'list --json'],
  async run(call) {
    const client = await call.operator();
    const page = await readAll(call, async (query) => dataOf(await client.GET('/api/v1/tenants', { params: { query } })));
    return listed(page, {
      name: ({ name }) => name,
      'display name': ({ displayName }) => displayName,
      region: ({ region }) => region,
      status: ({ status }) => ({ painted: paintState(call.style, status) }),
      url: ({ url }) => url,
    });
  },
};

const show: Verb = {
  usage: 'show <name>',
  summary: 'Show a tenant',
  examples: ['show acme'],
  async run(call) {
    const client = await call.operator();
    return shown(call, dataOf(await client.GET('/api/v1/tenants/{name}', { params: { path: pathOf(call) } })));
  },
};

const create: Verb = {
  usage: 'create <name>',
  summary: 'Create a tenant; its name is part of every URL and never changes',
  options: [displayNameOption, { flags: '--region <name>', text: 'region that it lives in' }, fileOption, setOption],
  examples: ['create acme --display-name "Acme Ltd"', 'create acme --set /settings/traceDays=90'],
  async run(call) {
    const given = {
      name: checkName(argument(call, 0)),
      ...named(call),
      ...(call.text('region') ? { region: call.text('region') } : {}),
    };
    const client = await call.operator();
    const made = dataOf(await client.POST('/api/v1/tenants', { body: (await readDocument(call, given)) as never }));
    return shown(call, made, `Tenant ${plain(made.name)} lives at ${plain(made.url)}.`);
  },
};

const change: Verb = {
  usage: 'change <name>',
  summary: 'Change a tenant; what is not named stays',
  options: [displayNameOption, fileOption, setOption],
  examples: ['change acme --display-name "Acme Corporation"', 'change acme --set /settings/sessionIdleSeconds=3600'],
  run: async (call) => changed(call, await readDocument(call, named(call)), 'Changed.'),
};

const suspend: Verb = {
  usage: 'suspend <name>',
  summary: 'Suspend a tenant: every session ends, nobody signs in',
  options: [yesOption],
  examples: ['suspend acme --yes'],
  async run(call) {
    await confirm(call, `End every session of ${argument(call, 0)}`);
    return changed(call, { status: 'suspended' }, 'Suspended; every session has ended.');
  },
};

const activate: Verb = {
  usage: 'activate <name>',
  summary: 'Resume a suspended tenant',
  examples: ['activate acme'],
  run: (call) => changed(call, { status: 'active' }, 'Active.'),
};

const remove: Verb = {
  usage: 'remove <name>',
  summary: 'Remove a tenant and everything under it; its audit log stays',
  options: [yesOption],
  examples: ['remove acme', 'remove acme --yes'],
  async run(call) {
    const path = pathOf(call);
    await confirm(call, `Remove ${path.name} and everything under it for good`, path.name);
    const client = await call.operator();
    await client.DELETE('/api/v1/tenants/{name}', { params: { path, query: { confirm: path.name } } });
    return done(`Tenant ${path.name} is removed.`);
  },
};

const setupLink: Verb = {
  usage: 'setup-link <name>',
  summary: 'Make a link by which somebody becomes the first administrator of a tenant, or gets in again; shown once',
  options: [
    { flags: '--user <id>', text: 'whose password it sets; without, it makes a new administrator' },
    { flags: '--status', text: 'make none: say whether one is needed, and until when one is good' },
  ],
  examples: ['setup-link acme', 'setup-link acme --status'],
  async run(call) {
    const client = await call.operator();
    const path = pathOf(call);
    if (call.flag('status')) {
      return shown(call, dataOf(await client.GET('/api/v1/tenants/{name}/setup-link', { params: { path } })));
    }
    const body = { userId: call.text('user') };
    return tellLink(call, dataOf(await client.POST('/api/v1/tenants/{name}/setup-link', { params: { path }, body })));
  },
};

const pathOf = (call: Call): { name: string } => ({ name: checkName(argument(call, 0)) });

function named(call: Call): Record<string, unknown> {
  const displayName = call.text('displayName');
  return displayName === undefined ? {} : { displayName };
}

async function changed(call: Call, body: object, said: string) {
  const client = await call.operator();
  const answer = await client.PATCH('/api/v1/tenants/{name}', { params: { path: pathOf(call) }, body: body as never });
  return shown(call, dataOf(answer), said);
}

export const tenantNoun: Noun = {
  name: 'tenant',
  summary: 'Tenants of the server, for operators: --url is the server’s own address',
  verbs: [list, show, create, change, suspend, activate, remove, setupLink],
};
