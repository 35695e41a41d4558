import { argument, type Call, dataOf, type Noun, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { done, listed, shown } from '../lists.ts';
import { roleId } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List the roles by name, built-in ones and the tenant’s own',
  options: [limitOption],
  examples: ['list'],
  async run(call) {
    const client = await call.tenant();
    const page = await readAll(call, async (query) => dataOf(await client.GET('/api/v1/roles', { params: { query } })));
    return listed(page, {
      id: ({ id }) => id,
      name: ({ name }) => name,
      'built in': ({ builtIn }) => (builtIn ? 'yes' : 'no'),
      permissions: ({ permissions }) => permissions.join(', '),
    });
  },
};

const show: Verb = {
  usage: 'show <role>',
  summary: 'Show a role with its permissions',
  examples: ['show Auditor'],
  async run(call) {
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.GET('/api/v1/roles/{id}', { params: { path } })));
  },
};

const create: Verb = {
  usage: 'create [name]',
  summary: 'Create a role of the tenant’s own',
  options: [fileOption, setOption],
  examples: ['create "Shift Lead"', 'create Reader --set \'/permissions=["users:read"]\''],
  async run(call) {
    const body = await readDocument(call, call.args[0] === undefined ? {} : { name: call.args[0] });
    const client = await call.tenant();
    return shown(call, dataOf(await client.POST('/api/v1/roles', { body: body as never })), 'Created.');
  },
};

const change: Verb = {
  usage: 'change <role>',
  summary: 'Change one of the tenant’s own roles',
  options: [fileOption, setOption],
  examples: ['change Reader --set \'/permissions=["users:read","sign-ins:read"]\''],
  async run(call) {
    const body = await readDocument(call);
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.PATCH('/api/v1/roles/{id}', { params: { path }, body: body as never })), 'Changed.');
  },
};

const remove: Verb = {
  usage: 'remove <role>',
  summary: 'Delete one of the tenant’s own roles that no identity provider names',
  options: [yesOption],
  examples: ['remove Reader --yes'],
  async run(call) {
    const { client, path } = await find(call);
    await confirm(call, `Delete the role ${argument(call, 0)}`);
    await client.DELETE('/api/v1/roles/{id}', { params: { path } });
    return done('Deleted.');
  },
};

async function find(call: Call) {
  const client = await call.tenant();
  return { client, path: { id: await roleId(client, argument(call, 0)) } };
}

export const roleNoun: Noun = {
  name: 'role',
  summary: 'Roles of a tenant; one is named by id or name',
  verbs: [list, show, create, change, remove],
};
