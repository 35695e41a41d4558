import { argument, type Call, dataOf, type Verb } from '../command.ts';
import { done, listed } from '../lists.ts';
import { limitOption, readAll } from '../pages.ts';
import { fields } from '../print/fields.ts';
import { paintState } from '../print/style.ts';
import { refuse, UsageError } from '../refusals.ts';
import { findProvider, overrideOption } from './shapes.ts';
import { tellChange, tellDifferences } from './tell-change.ts';

const list: Verb = {
  usage: 'revisions <provider>',
  summary: 'List the revisions, newest first: who changed what, when and why',
  options: [limitOption],
  examples: ['revisions okta'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const page = await readAll(call, async (query) =>
      dataOf(await client.GET('/api/v1/identity-providers/{id}/revisions', { params: { path, query } })),
    );
    return listed(page, {
      revision: ({ revision }) => revision,
      state: ({ state }) => ({ painted: paintState(call.style, state) }),
      made: ({ madeAt }) => call.style.time(madeAt),
      by: ({ madeBy }) => [madeBy.kind, madeBy.id].filter(Boolean).join(':'),
      how: ({ origin, source }) => (source === null ? origin : `${origin} (${source})`),
      verified: ({ verified }) => (verified ? 'yes' : 'no'),
      changed: ({ differences }) => differences?.pointers.join(' '),
      override: ({ override }) => override,
    });
  },
};

const show: Verb = {
  usage: 'revision <provider> <number>',
  summary: 'Show a revision, and how it differs from the current one and from the one that it was made over',
  examples: ['revision okta 7'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const params = { path: { ...path, number: numberOf(argument(call, 1)) } };
    const revision = dataOf(await client.GET('/api/v1/identity-providers/{id}/revisions/{number}', { params }));
    const { differences, document, ...rest } = revision;
    const { style } = call;
    const text = [
      fields(rest, style),
      `${style.paint('bold', 'Compared with the current one')}\n${tellDifferences(differences.toCurrent, style) || '  nothing differs\n'}`,
      `${style.paint('bold', 'Compared with the one it was made over')}\n${differences.toBase ? tellDifferences(differences.toBase, style) || '  nothing differs\n' : '  that one is not kept any more\n'}`,
      `${style.paint('bold', 'Document')}\n${fields(document, style, '  ')}`,
    ];
    return { document: revision, text: text.join('\n') };
  },
};

const activate: Verb = {
  usage: 'activate <provider> [revision]',
  summary: 'Make the staged revision live: wants a passed Verify of it, or a reason',
  options: [overrideOption],
  examples: ['activate okta', 'activate okta 7 --override "new issuer, confirmed by the customer"'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const number = await numberOrStaged(call, path);
    const answer = await client.POST('/api/v1/identity-providers/{id}/revisions/{number}/activate', {
      params: { path: { ...path, number } },
      body: reasonOf(call),
    });
    return tellChange(dataOf(answer), { staged: answer.response.status === 202, style: call.style });
  },
};

const rollBack: Verb = {
  usage: 'roll-back <provider> <revision>',
  summary: 'Make a new revision of what an earlier one said; judged like any change',
  options: [overrideOption],
  examples: ['roll-back okta 6', 'roll-back okta 6 --override "7 locked people out"'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const answer = await client.POST('/api/v1/identity-providers/{id}/revisions/{number}/roll-back', {
      params: { path: { ...path, number: numberOf(argument(call, 1)) } },
      body: reasonOf(call),
    });
    return tellChange(dataOf(answer), { staged: answer.response.status === 202, style: call.style });
  },
};

const discard: Verb = {
  usage: 'discard <provider> [revision]',
  summary: 'Throw the staged revision away',
  examples: ['discard okta'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const number = await numberOrStaged(call, path);
    await client.DELETE('/api/v1/identity-providers/{id}/revisions/{number}', { params: { path: { ...path, number } } });
    return done(`Revision ${number} is discarded.`);
  },
};

function reasonOf(call: Call): { override?: string } {
  const override = call.text('override');
  return override === undefined ? {} : { override };
}

/** The revision that was named, or the one that waits. @throws ApiProblem `cli.nothing_staged` */
async function numberOrStaged(call: Call, path: { id: string }): Promise<string> {
  if (call.args[1] !== undefined) return numberOf(call.args[1]);
  const client = await call.tenant();
  const { staged } = dataOf(await client.GET('/api/v1/identity-providers/{id}', { params: { path } }));
  if (!staged) {
    throw refuse('cli.nothing_staged', {
      title: 'No revision is staged.',
      remedy: 'Name the revision, or list them: sallyport idp revisions.',
    });
  }
  return String(staged.revision);
}

function numberOf(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`a revision is a number, and not ${text}`);
  return text;
}

export const revisionVerbs: readonly Verb[] = [list, show, activate, rollBack, discard];
