import { type Call, dataOf, type Verb } from '../command.ts';
import { listed } from '../lists.ts';
import { readAll } from '../pages.ts';
import { fields } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import { paintState, type Style } from '../print/style.ts';
import { findProvider, type Health, type Refresh } from './shapes.ts';
import { tellChange, tellDifferences } from './tell-change.ts';

const health: Verb = {
  usage: 'health [provider]',
  summary: 'How one identity provider is doing, or all of them: sign-ins, clock, what it publishes, what expires',
  examples: ['health', 'health okta'],
  run: (call) => (call.args[0] === undefined ? ofAll(call) : ofOne(call)),
};

async function ofAll(call: Call) {
  const client = await call.tenant();
  const page = await readAll(call, async (query) =>
    dataOf(await client.GET('/api/v1/identity-providers/health', { params: { query } })),
  );
  return listed(page, {
    name: ({ name }) => name,
    state: (one) => ({ painted: paintState(call.style, stateOf(one)) }),
    'success (7 days)': ({ signIns: { successRate } }) => (successRate === null ? null : `${Math.round(successRate * 100)} %`),
    'last success': ({ signIns: { lastSuccessAt } }) => lastSuccessAt && call.style.time(lastSuccessAt),
    clock: ({ clockSkew }) => clockSkew && `${clockSkew.seconds} s`,
    why: ({ reasons }) => reasons[0]?.text,
  });
}

/** `unknown` says two things; nobody ever having been there is the one to know. */
const stateOf = ({ state, signIns }: Pick<Health, 'state' | 'signIns'>): string =>
  state === 'unknown' && signIns.lastSuccessAt === null ? 'never used' : state;

async function ofOne(call: Call) {
  const { client, path } = await findProvider(call);
  const found = dataOf(await client.GET('/api/v1/identity-providers/{id}/health', { params: { path } }));
  return { document: found, text: tellHealth(found, call.style) };
}

function tellHealth(health: Health, style: Style): string {
  const { reasons, state: _, ...rest } = health;
  const told = reasons.map(({ text, whatToDo }) => `  ${plain(text)}\n    ${plain(whatToDo)}\n`).join('');
  return `${plain(rest.name)}: ${paintState(style, stateOf(health))}\n${told}\n${fields(rest, style)}`;
}

const refresh: Verb = {
  usage: 'refresh <provider>',
  summary: 'Read now what the provider publishes; new certificates are added, everything else is only told',
  options: [
    { flags: '--last', text: 'read nothing: show what was found the last time' },
    { flags: '--stage', text: 'stage what was found as a revision, to be verified and activated' },
  ],
  examples: ['refresh okta', 'refresh okta --last', 'refresh okta --stage'],
  async run(call) {
    const { client, path } = await findProvider(call);
    if (call.flag('stage')) {
      const answer = await client.POST('/api/v1/identity-providers/{id}/refresh/stage', { params: { path } });
      return tellChange(dataOf(answer), { staged: true, style: call.style });
    }
    const answer = call.flag('last')
      ? await client.GET('/api/v1/identity-providers/{id}/refresh', { params: { path } })
      : await client.POST('/api/v1/identity-providers/{id}/refresh', { params: { path } });
    const found = dataOf(answer);
    return { document: found, text: tellRefresh(found, call), exitCode: found.state === 'failed' ? 1 : 0 };
  },
};

function tellRefresh({ differences, problem, ...rest }: Refresh, { style, args }: Call): string {
  const told = problem
    ? `${style.paint('red', 'Failed:')} ${plain(problem.title)} (${plain(problem.code)})\n${[problem.detail, problem.remedy]
        .filter((text) => text !== null)
        .map((text) => `  ${plain(text)}\n`)
        .join('')}`
    : '';
  const changes =
    differences.length === 0
      ? ''
      : `Published, and not what is set:\n${tellDifferences(differences, style)}Take it over: sallyport idp refresh ${args[0]} --stage\n`;
  return `${told}${fields(rest, style)}${changes}`;
}

export const healthVerbs: readonly Verb[] = [health, refresh];
