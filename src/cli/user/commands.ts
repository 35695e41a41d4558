import { argument, type Call, dataOf, type Noun, type Outcome, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { done, listed, shown, tellLink } from '../lists.ts';
import { providerId, userId } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';
import { paintState } from '../print/style.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List the users',
  options: [{ flags: '--email <address>', text: 'the one with this address' }, limitOption],
  examples: ['list', 'list --email alice@acme.example --json'],
  async run(call) {
    const client = await call.tenant();
    const email = call.text('email');
    const page = await readAll(call, async (query) =>
      dataOf(await client.GET('/api/v1/users', { params: { query: { ...query, email } } })),
    );
    return listed(page, {
      id: ({ id }) => id,
      'e-mail': (user) => user.email ?? user.userPrincipalName ?? user.userId,
      name: ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' '),
      status: ({ status }) => ({ painted: paintState(call.style, status) }),
      roles: ({ roles }) => roles.map(({ name }) => name).join(', '),
      'last sign-in': ({ lastSignInAt }) => lastSignInAt && call.style.time(lastSignInAt),
    });
  },
};

const show: Verb = {
  usage: 'show <user>',
  summary: 'Show a user, with groups, roles and where each came from',
  examples: ['show alice@acme.example', 'show usr_8qYk…'],
  async run(call) {
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.GET('/api/v1/users/{id}', { params: { path } })));
  },
};

const create: Verb = {
  usage: 'create [email]',
  summary: 'Create a user',
  options: [fileOption, setOption],
  examples: ['create alice@acme.example --set /firstName=Alice --set /lastName=Archer', 'create -f alice.json'],
  async run(call) {
    const body = await readDocument(call, call.args[0] === undefined ? {} : { email: call.args[0] });
    const client = await call.tenant();
    return shown(call, dataOf(await client.POST('/api/v1/users', { body: body as never })), 'Created.');
  },
};

const change: Verb = {
  usage: 'change <user>',
  summary: 'Change a user; groups and roles are those given by hand',
  options: [fileOption, setOption],
  examples: ['change alice@acme.example --set \'/roles=["Auditor"]\'', 'change usr_8qYk… -f patch.json'],
  async run(call) {
    const body = await readDocument(call);
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.PATCH('/api/v1/users/{id}', { params: { path }, body: body as never })), 'Changed.');
  },
};

const disable: Verb = {
  usage: 'disable <user>',
  summary: 'Disable a user and end the sessions',
  examples: ['disable alice@acme.example'],
  async run(call) {
    const { client, path } = await find(call);
    const answer = await client.POST('/api/v1/users/{id}/disable', { params: { path } });
    return shown(call, dataOf(answer), 'Disabled; every session has ended.');
  },
};

const enable: Verb = {
  usage: 'enable <user>',
  summary: 'Enable a user who is disabled, or waits for activation',
  examples: ['enable alice@acme.example'],
  async run(call) {
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.POST('/api/v1/users/{id}/enable', { params: { path } })), 'Enabled.');
  },
};

const remove: Verb = {
  usage: 'remove <user>',
  summary: 'Delete a user; roles are revoked first',
  options: [yesOption],
  examples: ['remove alice@acme.example --yes'],
  async run(call) {
    const { client, path } = await find(call);
    await confirm(call, `Delete ${argument(call, 0)}`);
    await client.DELETE('/api/v1/users/{id}', { params: { path } });
    return done('Deleted.');
  },
};

const signInMethod: Verb = {
  usage: 'sign-in-method <user> <provider>',
  summary: 'Say which identity provider a user signs in through, before the rule of their domain; "none" for no other than that',
  examples: ['sign-in-method alice@acme.example okta', 'sign-in-method alice@acme.example none'],
  async run(call): Promise<Outcome> {
    const { client, path } = await find(call);
    const given = argument(call, 1);
    const identityProviderId = given === 'none' ? null : await providerId(client, given);
    const answer = await client.PUT('/api/v1/users/{id}/sign-in-method', { params: { path }, body: { identityProviderId } });
    return shown(call, dataOf(answer), 'Changed.');
  },
};

const localAdministrators: Verb = {
  usage: 'local-administrators',
  summary: 'List who can sign in with a password, when no identity provider does',
  examples: ['local-administrators'],
  async run(call) {
    const client = await call.tenant();
    return listed(dataOf(await client.GET('/api/v1/local-administrators', {})), {
      user: ({ userId: id }) => id,
      'e-mail': ({ email }) => email,
      'password set': ({ changedAt }) => call.style.time(changedAt),
      'last used': ({ usedAt }) => usedAt && call.style.time(usedAt),
      'may use it': ({ mayUse }) => (mayUse ? 'yes' : 'no'),
    });
  },
};

const setupLink: Verb = {
  usage: 'setup-link [user]',
  summary: 'Make a link by which an administrator sets a password; without a user, a new administrator. Shown once',
  examples: ['setup-link alice@acme.example', 'setup-link'],
  async run(call) {
    const client = await call.tenant();
    const [given] = call.args;
    const body = given === undefined ? {} : { userId: await userId(client, given) };
    return tellLink(call, dataOf(await client.POST('/api/v1/setup-links', { body })));
  },
};

async function find(call: Call) {
  const client = await call.tenant();
  return { client, path: { id: await userId(client, argument(call, 0)) } };
}

export const userNoun: Noun = {
  name: 'user',
  summary: 'People of a tenant; one is named by id or e-mail address',
  verbs: [list, show, create, change, disable, enable, remove, signInMethod, localAdministrators, setupLink],
};
