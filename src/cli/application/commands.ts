import { argument, type Call, dataOf, type Noun, type Outcome, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { done, listed, shown } from '../lists.ts';
import { applicationId } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain } from '../print/plain.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List the applications',
  options: [limitOption],
  examples: ['list'],
  async run(call) {
    const client = await call.tenant();
    const page = await readAll(call, async (query) => dataOf(await client.GET('/api/v1/applications', { params: { query } })));
    return listed(page, {
      'client id': ({ id }) => id,
      name: ({ name }) => name,
      kind: ({ kind }) => kind,
      enabled: ({ enabled }) => (enabled ? 'yes' : 'no'),
      'redirect uris': ({ redirectUris }) => redirectUris.join(' '),
    });
  },
};

const show: Verb = {
  usage: 'show <application>',
  summary: 'Show an application',
  examples: ['show Payroll'],
  async run(call) {
    const { client, path } = await find(call);
    return shown(call, dataOf(await client.GET('/api/v1/applications/{id}', { params: { path } })));
  },
};

const create: Verb = {
  usage: 'create [name]',
  summary: 'Register an application; its secret is shown once',
  options: [fileOption, setOption],
  examples: ['create Payroll --set \'/redirectUris=["https://payroll.acme.example/callback"]\'', 'create -f payroll.json --json'],
  async run(call) {
    const body = await readDocument(call, call.args[0] === undefined ? {} : { name: call.args[0] });
    const client = await call.tenant();
    return withSecret(call, dataOf(await client.POST('/api/v1/applications', { body: body as never })), 'Registered.');
  },
};

const change: Verb = {
  usage: 'change <application>',
  summary: 'Change an application',
  options: [fileOption, setOption],
  examples: ['change Payroll --set /enabled=false'],
  async run(call) {
    const body = await readDocument(call);
    const { client, path } = await find(call);
    const answer = await client.PATCH('/api/v1/applications/{id}', { params: { path }, body: body as never });
    return withSecret(call, dataOf(answer), 'Changed.');
  },
};

const remove: Verb = {
  usage: 'remove <application>',
  summary: 'Remove an application and end what it holds',
  options: [yesOption],
  examples: ['remove Payroll --yes'],
  async run(call) {
    const { client, path } = await find(call);
    await confirm(call, `Remove the application ${argument(call, 0)}`);
    await client.DELETE('/api/v1/applications/{id}', { params: { path } });
    return done('Removed.');
  },
};

const rotateSecret: Verb = {
  usage: 'rotate-secret <application>',
  summary: 'Make a new secret, shown once; the old one is worth nothing any more',
  options: [yesOption],
  examples: ['rotate-secret Payroll --yes', 'rotate-secret Payroll --yes --json'],
  async run(call) {
    const { client, path } = await find(call);
    await confirm(call, `The secret of ${argument(call, 0)} stops working at once. Go on`);
    const answer = await client.POST('/api/v1/applications/{id}/secret', { params: { path } });
    return withSecret(call, dataOf(answer), 'A new secret was made; the old one is worth nothing any more.');
  },
};

/** The secret at the end, where it is seen, and the word that it does not come again. */
function withSecret(call: Call, document: { clientSecret?: string | null }, said: string): Outcome {
  const { clientSecret, ...rest } = document;
  const { text } = shown(call, rest, said);
  return {
    document,
    text: clientSecret
      ? `${text}\n${call.style.paint('bold', 'Client secret, shown this once:')} ${plain(clientSecret)}\n`
      : text,
  };
}

async function find(call: Call) {
  const client = await call.tenant();
  return { client, path: { id: await applicationId(client, argument(call, 0)) } };
}

export const applicationNoun: Noun = {
  name: 'application',
  summary: 'Applications of a tenant; one is named by client id or name',
  verbs: [list, show, create, change, remove, rotateSecret],
};
