import { argument, type Call, dataOf, type Verb } from '../command.ts';
import { listed } from '../lists.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain } from '../print/plain.ts';
import { findProvider } from './shapes.ts';

const states = ['mapped', 'by-name', 'unmapped'] as const;

const seen: Verb = {
  usage: 'groups-seen <provider>',
  summary: 'List the groups that the provider has sent, and what they stand for here',
  options: [
    { flags: '--state <state>', text: 'only these', choices: states },
    { flags: '-q, --query <text>', text: 'a part of the value, its label or a group it is mapped to' },
    limitOption,
  ],
  examples: ['groups-seen entra --state unmapped', 'groups-seen entra -q engineering'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const state = states.find((one) => one === call.text('state'));
    const page = await readAll(call, async (query) => {
      const params = { path, query: { ...query, state, q: call.text('query') } };
      return dataOf(await client.GET('/api/v1/identity-providers/{id}/groups-seen', { params }));
    });
    return listed(page, {
      external: ({ external }) => external,
      label: ({ label }) => label,
      state: ({ state: one }) => one,
      groups: ({ groups }) => groups.join(', '),
      suggestion: ({ suggestion }) => suggestion?.name,
      'last seen': ({ lastSeenAt }) => call.style.time(lastSeenAt),
      times: ({ times }) => times,
    });
  },
};

const map: Verb = {
  usage: 'map-group <provider> <external> <group>',
  summary: 'Map a group that was seen to a group here, which is made when there is none',
  options: [{ flags: '--label <text>', text: 'what people call it' }],
  examples: ['map-group entra 8b1c7a0e-… Engineering --label "Engineers (Entra)"'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const label = call.text('label');
    const body = { external: argument(call, 1), group: argument(call, 2), ...(label === undefined ? {} : { label }) };
    return told(call, dataOf(await client.POST('/api/v1/identity-providers/{id}/groups-seen/map', { params: { path }, body })));
  },
};

const label: Verb = {
  usage: 'label-group <provider> <external> [label]',
  summary: 'Give a mapped group a label, or take it away',
  examples: ['label-group entra 8b1c7a0e-… "Engineers (Entra)"', 'label-group entra 8b1c7a0e-…'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const body = { external: argument(call, 1), label: call.args[2] ?? null };
    return told(call, dataOf(await client.POST('/api/v1/identity-providers/{id}/groups-seen/label', { params: { path }, body })));
  },
};

const told = ({ args }: Call, answer: { external: string; outcome: string; revision: number }) => ({
  document: answer,
  text:
    answer.outcome === 'staged'
      ? `Staged: sallyport idp verify ${args[0]}, then sallyport idp activate ${args[0]}\n`
      : `${plain(answer.external)}: ${plain(answer.outcome)}, revision ${answer.revision}.\n`,
});

export const groupVerbs: readonly Verb[] = [seen, map, label];
