import { dataOf, type Noun, type Verb } from '../command.ts';
import { listed } from '../lists.ts';
import { deliver, outputOption } from '../output.ts';
import { paintState } from '../print/style.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List everything that expires, soonest first: certificates, keys, secrets, metadata',
  options: [{ flags: '--within <days>', text: 'in so many days; what has expired is always there', kind: 'number' }],
  examples: ['list', 'list --within 60'],
  async run(call) {
    const client = await call.tenant();
    const found = dataOf(await client.GET('/api/v1/expiries', { params: { query: { within: call.number('within') } } }));
    if (!found.noticesAreSent) call.say('No notices are sent: the gateway has no mail server.');
    const { text } = listed(
      found,
      {
        expires: ({ expiresAt }) => call.style.time(expiresAt),
        days: ({ daysLeft }) => daysLeft,
        state: ({ state }) => ({ painted: paintState(call.style, state) }),
        provider: ({ name }) => name,
        what: ({ kind, what }) => `${kind} ${what}`,
        replaced: ({ replaced }) => (replaced ? 'yes' : 'no'),
        'what to do': ({ whatToDo }) => whatToDo,
      },
      'Nothing expires.',
    );
    return { document: found, text };
  },
};

const calendar: Verb = {
  usage: 'calendar',
  summary: 'The same for a calendar program (iCalendar)',
  options: [outputOption],
  examples: ['calendar -o expiries.ics'],
  async run(call) {
    const client = await call.tenant();
    const { response } = await client.GET('/api/v1/expiries.ics', { parseAs: 'stream' });
    return deliver(call, await response.text());
  },
};

export const expiryNoun: Noun = { name: 'expiry', summary: 'What ends when', verbs: [list, calendar] };
