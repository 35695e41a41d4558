import { dataOf, type Noun, type Verb } from '../command.ts';
import { fileOption, readDocument, setOption } from '../documents.ts';
import { shown } from '../lists.ts';

const show: Verb = {
  usage: 'show',
  summary: 'Show the settings of a tenant',
  examples: ['show'],
  async run(call) {
    const client = await call.tenant();
    return shown(call, dataOf(await client.GET('/api/v1/settings', {})));
  },
};

const change: Verb = {
  usage: 'change',
  summary: 'Change settings; what is not named stays',
  options: [fileOption, setOption],
  examples: ['change --set /traceDays=90', 'change --set \'/noticeRecipients=["it@acme.example"]\''],
  async run(call) {
    const body = await readDocument(call);
    const client = await call.tenant();
    return shown(call, dataOf(await client.PATCH('/api/v1/settings', { body: body as never })), 'Changed.');
  },
};

export const settingsNoun: Noun = { name: 'settings', summary: 'Settings of a tenant', verbs: [show, change] };
