import { argument, type Call, dataOf, type Noun, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { done, listed, shown } from '../lists.ts';
import { groupId } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List the groups by name',
  options: [limitOption],
  examples: ['list'],
  async run(call) {
    const client = await call.tenant();
    const page = await readAll(call, async (query) => dataOf(await client.GET('/api/v1/groups', { params: { query } })));
    return listed(page, { id: ({ id }) => id, name: ({ name }) => name });
  },
};

const show: Verb = {
  usage: 'show <group>',
  summary: 'Show a group',
  examples: ['show Engineering'],
  async run(call) {
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.GET('/api/v1/groups/{id}', { params: { path } })));
  },
};

const create: Verb = {
  usage: 'create [name]',
  summary: 'Create a group',
  options: [fileOption, setOption],
  examples: ['create Engineering'],
  async run(call) {
    const body = await readDocument(call, call.args[0] === undefined ? {} : { name: call.args[0] });
    const client = await call.tenant();
    return shown(call, dataOf(await client.POST('/api/v1/groups', { body: body as never })), 'Created.');
  },
};

const change: Verb = {
  usage: 'change <group>',
  summary: 'Change a group',
  options: [fileOption, setOption],
  examples: ['change Engineering --set "/name=Engineering and IT"'],
  async run(call) {
    const body = await readDocument(call);
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.PATCH('/api/v1/groups/{id}', { params: { path }, body: body as never })), 'Changed.');
  },
};

const remove: Verb = {
  usage: 'remove <group>',
  summary: 'Delete a group that no identity provider names',
  options: [yesOption],
  examples: ['remove Engineering --yes'],
  async run(call) {
    const { client, path } = await find(call);
    await confirm(call, `Delete the group ${argument(call, 0)}`);
    await client.DELETE('/api/v1/groups/{id}', { params: { path } });
    return done('Deleted.');
  },
};

async function find(call: Call) {
  const client = await call.tenant();
  return { client, path: { id: await groupId(client, argument(call, 0)) } };
}

export const groupNoun: Noun = {
  name: 'group',
  summary: 'Groups of a tenant; one is named by id or name',
  verbs: [list, show, create, change, remove],
};
