import { ApiProblem, type TenantClient } from '#client/index.ts';
import { argument, type Call, dataOf, type OptionOf, type Outcome, type Verb } from '../command.ts';
import { type Document, fileOption, readObject, readText } from '../documents.ts';
import { listed } from '../lists.ts';
import { applicationId, checkName } from '../names.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain } from '../print/plain.ts';
import { paintState } from '../print/style.ts';
import { refuse, UsageError } from '../refusals.ts';
import { findProvider, type Report } from './shapes.ts';
import { tellPreview, tellReport } from './tell-report.ts';

/** How often the report is asked for while somebody signs in, in milliseconds. */
const ASK_EVERY = 1000;
/** So often in a row it may fail. */
const MOST_FAILURES = 15;

const revisionOption: OptionOf = {
  flags: '--revision <n>',
  text: 'this one; else the staged one where there is one, else the current one',
  kind: 'number',
};
const applicationOption: OptionOf = {
  flags: '--application <application>',
  text: 'whose tokens are shown; by client id or name',
};

const verify: Verb = {
  usage: 'verify <provider>',
  summary: 'Sign in through a provider as a test, switched on or not: nothing is changed. Exit code 1 when it fails',
  options: [
    revisionOption,
    applicationOption,
    { flags: '--open', text: 'open the link in the browser of this computer' },
    { flags: '--no-wait', text: 'print the link and be done; "idp report" reads the report later' },
  ],
  notes: 'The link is good once, for 15 minutes, in any browser. The report says first what to change and where.',
  examples: ['verify okta --open', 'verify okta --revision 7', 'verify okta --json --no-wait'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const body = await wishOf(call, client);
    const started = dataOf(await client.POST('/api/v1/identity-providers/{id}/verify', { params: { path }, body }));
    // `--no-wait` is kept by commander as `wait: false`.
    if (call.flag('wait')) {
      call.say(
        `Open this link in a browser and sign in (revision ${started.revision}, until ${call.style.time(started.expiresAt)}):\n  ${plain(started.url)}`,
      );
      await open(call, started.url);
      return outcomeOf(
        call,
        await untilOver(call, { client, id: path.id, verification: started.id, expiresAt: started.expiresAt }),
      );
    }
    await open(call, started.url);
    return {
      document: started,
      text: `${plain(started.url)}\nThen: sallyport idp report ${argument(call, 0)} ${plain(started.id)}\n`,
    };
  },
};

async function open({ io, flag, say }: Call, url: string): Promise<void> {
  // A program of this computer is told an address that a server said: nothing but a web page.
  const isPage = /^https?:\/\//.test(url);
  if (flag('open') && !(isPage && (await io.openBrowser(url)))) say('No browser could be opened here: open the link yourself.');
}

async function wishOf(call: Call, client: TenantClient): Promise<{ revision?: number; applicationId?: string }> {
  const application = call.text('application');
  return {
    revision: call.number('revision'),
    applicationId: application === undefined ? undefined : await applicationId(client, application),
  };
}

interface Running {
  client: TenantClient;
  id: string;
  verification: string;
  expiresAt: string;
}

/** Asks until somebody has signed in or the link is no good any more; on a terminal, how long there is. */
async function untilOver(call: Call, { client, id, verification, expiresAt }: Running): Promise<Report> {
  const { io } = call;
  const params = { path: { id, verification } };
  for (let failures = 0; ; ) {
    const report = await client
      .GET('/api/v1/identity-providers/{id}/verify/{verification}', { params })
      .then(dataOf, (failure: unknown) => {
        if (!isPassing(failure) || ++failures === MOST_FAILURES) throw failure;
      });
    if (report) failures = 0;
    if (report && report.state !== 'waiting') {
      if (io.terminal.errors) io.err('\r\u001b[K');
      return report;
    }
    const left = Math.max(0, Math.round((Date.parse(expiresAt) - io.now().getTime()) / 1000));
    if (io.terminal.errors)
      io.err(`\r\u001b[KWaiting for the sign-in, ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`);
    await io.wait(ASK_EVERY);
  }
}

/** A gateway that is started anew while somebody signs in. */
const isPassing = (failure: unknown): boolean => failure instanceof ApiProblem && [0, 502, 503, 504].includes(failure.status);

const outcomeOf = ({ style, io: { columns } }: Call, report: Report): Outcome => ({
  document: report,
  text: tellReport(report, { style, columns }),
  exitCode: report.state === 'failed' || report.state === 'expired' ? 1 : 0,
});

const report: Verb = {
  usage: 'report <provider> [verification]',
  summary: 'Show the report of a test sign-in, the last one unless told. Exit code 1 when it failed',
  examples: ['report okta', 'report okta ver_5d… --json'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const verification = call.args[1] === undefined ? await lastOf(client, path.id) : checkName(call.args[1]);
    const params = { path: { ...path, verification } };
    return outcomeOf(call, dataOf(await client.GET('/api/v1/identity-providers/{id}/verify/{verification}', { params })));
  },
};

async function lastOf(client: TenantClient, id: string): Promise<string> {
  const params = { path: { id }, query: { limit: 1 } };
  const [last] = dataOf(await client.GET('/api/v1/identity-providers/{id}/verify', { params })).items;
  if (!last)
    throw refuse('cli.not_found', { title: 'There was no test sign-in yet.', remedy: 'Start one: sallyport idp verify.' });
  return last.id;
}

const reports: Verb = {
  usage: 'reports <provider>',
  summary: 'List the test sign-ins, newest first',
  options: [limitOption],
  examples: ['reports okta'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const page = await readAll(
      call,
      async (query) => dataOf(await client.GET('/api/v1/identity-providers/{id}/verify', { params: { path, query } })),
      20,
    );
    return listed(page, {
      id: ({ id }) => id,
      at: ({ startedAt }) => call.style.time(startedAt),
      revision: ({ revision }) => revision,
      state: ({ state }) => ({ painted: paintState(call.style, state) }),
      code: ({ summary }) => summary.code,
      by: ({ startedBy }) => startedBy,
    });
  },
};

const preview: Verb = {
  usage: 'preview <provider>',
  summary: 'What the mappings make of an ID token, a userinfo answer, a SAML response or claims; nothing is created',
  options: [
    { ...fileOption, text: 'the token, the response, or JSON: claims, or { "idToken", "userinfo" }; - reads standard input' },
    revisionOption,
    applicationOption,
  ],
  examples: [
    'preview okta -f id-token.txt',
    'preview entra -f response.xml --revision 7',
    'pbpaste | sallyport idp preview okta -f -',
  ],
  async run(call) {
    const file = call.text('file');
    if (file === undefined) throw new UsageError('say what: -f file, or -f - for standard input');
    const pasted = readPasted(await readText(call, file), file);
    const { client, path } = await findProvider(call);
    const body = { ...pasted, ...(await wishOf(call, client)) };
    const found = dataOf(await client.POST('/api/v1/identity-providers/{id}/preview', { params: { path }, body: body as never }));
    const text = tellPreview(found, { style: call.style, columns: call.io.columns });
    return { document: found, text, exitCode: found.summary.code === null ? 0 : 1 };
  },
};

const MEMBERS = new Set(['idToken', 'userinfo', 'samlResponse', 'claims']);

/** Tells by its look what was pasted. */
export function readPasted(given: string, path: string): Document {
  const text = given.trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return { idToken: text };
  if (!text.startsWith('{')) return { samlResponse: text };
  const document = readObject(text, path);
  const isRequest = Object.keys(document).length > 0 && Object.keys(document).every((key) => MEMBERS.has(key));
  return isRequest ? document : { claims: document };
}

export const verifyVerbs: readonly Verb[] = [verify, report, reports, preview];
