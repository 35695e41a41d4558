import type { TenantClient } from '#client/index.ts';
import { type Call, dataOf, type Outcome, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { fileOption, readObject, readSecret, readText } from '../documents.ts';
import { overrideOption } from '../idp/shapes.ts';
import { deliver, outputOption, passphraseOption } from '../output.ts';
import { plain } from '../print/plain.ts';
import { UsageError } from '../refusals.ts';
import { type Plan, tellPlan } from './tell-plan.ts';

export const apply: Verb = {
  usage: 'apply',
  summary: 'Make a tenant what a document says: prints the plan first, then asks',
  notes: 'What the document does not name stays. Applied twice, the second time changes nothing.',
  options: [
    fileOption,
    yesOption,
    { flags: '--plan', text: 'print the plan and change nothing' },
    { flags: '--prune', text: 'remove what the document does not name, of the kinds that it does name' },
    overrideOption,
    passphraseOption,
  ],
  examples: ['apply -f tenant.json', 'apply -f tenant.json --plan', 'apply -f tenant.json --yes --prune --json'],
  async run(call) {
    const body = await bodyOf(call);
    const client = await call.tenant();
    const plan = await send(client, { ...body, dryRun: true });
    const refused = plan.items.some(({ action }) => action === 'refuse');
    const open = plan.items.some(({ action }) => action !== 'keep');
    if (call.flag('plan') || refused || !open) return toldPlan(call, plan, refused ? 1 : 0);
    const told = tellPlan(plan, call.style);
    // A program gets what was done; the plan goes beside it.
    if (call.json) call.say(told.trimEnd());
    else call.io.out(told);
    await confirm(call, plan.items.some(({ action }) => action === 'remove') ? 'Apply this, with what it removes' : 'Apply this');
    return toldApplied(call, { told, plan: await send(client, { ...body, dryRun: false }) });
  },
};

async function bodyOf(call: Call): Promise<Record<string, unknown>> {
  const [file, passphraseFile] = [call.text('file'), call.text('passphraseFile')];
  if (file === undefined) throw new UsageError('say what: -f tenant.json, or -f - for standard input');
  if (file === '-' && passphraseFile === '-') throw new UsageError('standard input can be only one of the files');
  return {
    document: readObject(await readText(call, file), file),
    prune: call.flag('prune'),
    override: call.text('override'),
    passphrase: passphraseFile === undefined ? undefined : await readSecret(call, passphraseFile),
  };
}

const send = async (client: TenantClient, body: object): Promise<Plan> =>
  dataOf(await client.POST('/api/v1/apply', { body: body as never }));

const toldPlan = ({ style }: Call, plan: Plan, exitCode: number): Outcome => ({
  document: plan,
  text: `${tellPlan(plan, style)}${exitCode === 0 ? '' : 'Nothing was done.\n'}`,
  exitCode,
});

/** What was done, where it is not what was told before; and the secrets that come only now. */
function toldApplied({ style }: Call, { told: before, plan }: { told: string; plan: Plan }): Outcome {
  const done = tellPlan(plan, style);
  const differs = done === before ? '' : `Somebody else changed it in between. What was done:\n${done}`;
  const secrets = plan.applications
    .filter(({ clientSecret }) => clientSecret !== null)
    .map((made) => `  ${plain(made.name)} (${plain(made.clientId)}): ${plain(made.clientSecret ?? '')}\n`);
  const told = secrets.length === 0 ? '' : `${style.paint('bold', 'Client secrets, shown this once:')}\n${secrets.join('')}`;
  const staged = plan.items.filter(({ staged: waits }) => waits).map(({ name: slug }) => plain(slug));
  const next = staged.length === 0 ? '' : `Waiting for Verify: ${staged.join(', ')}. Next: sallyport idp verify ${staged[0]}\n`;
  return { document: plan, text: `Applied.\n${differs}${next}${told}` };
}

export const exportTenant: Verb = {
  usage: 'export',
  summary: 'Write the whole tenant as one document, without people and secrets, or with those of its providers encrypted',
  options: [passphraseOption, outputOption],
  examples: ['export -o tenant.json', 'export --passphrase-file passphrase.txt -o tenant.json'],
  async run(call) {
    const client = await call.tenant();
    const file = call.text('passphraseFile');
    const { response } =
      file === undefined
        ? await client.GET('/api/v1/export', { parseAs: 'stream' })
        : await client.POST('/api/v1/export', { body: { passphrase: await readSecret(call, file) }, parseAs: 'stream' });
    return deliver(call, await response.text());
  },
};
