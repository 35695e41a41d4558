import { argument, type Call, dataOf, type Outcome, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { done, shown } from '../lists.ts';
import { checkName } from '../names.ts';
import { plain } from '../print/plain.ts';
import { paintState } from '../print/style.ts';
import { table } from '../print/table.ts';
import { UsageError } from '../refusals.ts';
import { findProvider, type Key } from './shapes.ts';

const uses = ['signing', 'decryption', 'client-assertion'] as const;

const list: Verb = {
  usage: 'keys <provider>',
  summary: 'List our own keys and certificates towards an identity provider',
  options: [{ flags: '--pem', text: 'the certificates themselves, to hand over' }],
  examples: ['keys okta', 'keys okta --pem > certificates.pem'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const page = dataOf(await client.GET('/api/v1/identity-providers/{id}/keys', { params: { path } }));
    if (call.flag('pem')) return { document: page, text: page.items.map(pemOf).join('') };
    const head = ['id', 'use', 'state', 'expires', 'active since', 'planned', 'sha-1', 'x5t'];
    const rows = page.items.map((key) => [
      key.id,
      key.use,
      { painted: paintState(call.style, key.state) },
      call.style.time(key.expiresAt),
      key.activatedAt && call.style.time(key.activatedAt),
      key.plannedAt && call.style.time(key.plannedAt),
      key.thumbprints.sha1,
      key.thumbprints.x5t,
    ]);
    return { document: page, text: table(head, rows) };
  },
};

const pemOf = ({ use, state, certificate }: Key): string => `# ${use}, ${state}\n${certificate.trimEnd()}\n`;

const add: Verb = {
  usage: 'key-add <provider> <use>',
  summary: `Make the next key (${uses.join(', ')}): published at once, signing nothing until it is activated`,
  examples: ['key-add okta signing'],
  async run(call) {
    const use = uses.find((one) => one === call.args[1]);
    if (!use) throw new UsageError(`a key is for ${uses.join(', ')}`);
    const { client, path } = await findProvider(call);
    const key = dataOf(await client.POST('/api/v1/identity-providers/{id}/keys', { params: { path }, body: { use } }));
    return shown(call, key, `Hand the certificate over, then: sallyport idp key-activate ${argument(call, 0)} ${plain(key.id)}`);
  },
};

const activate: Verb = {
  usage: 'key-activate <provider> <key>',
  summary: 'Let a key sign, now or at a planned time; the one before stays published',
  options: [
    { flags: '--at <time>', text: 'then, and not now (RFC 3339)' },
    { flags: '--unplan', text: 'take the plan back' },
  ],
  examples: ['key-activate okta key_4f…', 'key-activate okta key_4f… --at 2027-01-10T02:00:00Z'],
  async run(call) {
    const at = call.text('at');
    if (at !== undefined && call.flag('unplan')) throw new UsageError('say one of --at and --unplan');
    const body = call.flag('unplan') ? { at: null } : at === undefined ? {} : { at };
    const { client, path } = await findKey(call);
    const answer = await client.POST('/api/v1/identity-providers/{id}/keys/{key}/activate', { params: { path }, body });
    return shown(call, dataOf(answer));
  },
};

const retire: Verb = {
  usage: 'key-retire <provider> <key>',
  summary: 'Take a waiting key back; it stays published and goes on decrypting until it is removed',
  examples: ['key-retire okta key_4f…'],
  async run(call) {
    const { client, path } = await findKey(call);
    return shown(
      call,
      dataOf(await client.POST('/api/v1/identity-providers/{id}/keys/{key}/retire', { params: { path } })),
      'Retired.',
    );
  },
};

const remove: Verb = {
  usage: 'key-remove <provider> <key>',
  summary: 'Remove a key for good; never the active one',
  options: [yesOption],
  examples: ['key-remove okta key_4f… --yes'],
  async run(call): Promise<Outcome> {
    const { client, path } = await findKey(call);
    await confirm(call, `Remove the key ${path.key} for good`);
    await client.DELETE('/api/v1/identity-providers/{id}/keys/{key}', { params: { path } });
    return done('Removed.');
  },
};

async function findKey(call: Call) {
  const { client, path } = await findProvider(call);
  return { client, path: { ...path, key: checkName(argument(call, 1)) } };
}

export const keyVerbs: readonly Verb[] = [list, add, activate, retire, remove];
