import { dataOf, type Verb } from '../command.ts';
import { type Document, fileOption, readObject, readSecret, readText } from '../documents.ts';
import { deliver, outputOption, passphraseOption } from '../output.ts';
import { UsageError } from '../refusals.ts';
import { findProvider } from './shapes.ts';
import { tellChange } from './tell-change.ts';

const exportProvider: Verb = {
  usage: 'export <provider>',
  summary: 'Write a provider as one document, without secrets, or with them encrypted to a passphrase',
  options: [passphraseOption, outputOption],
  examples: ['export okta -o okta.json', 'export okta --passphrase-file passphrase.txt -o okta.json'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const file = call.text('passphraseFile');
    const passphrase = file === undefined ? undefined : await readSecret(call, file);
    const { response } =
      passphrase === undefined
        ? await client.GET('/api/v1/identity-providers/{id}/export', { params: { path }, parseAs: 'stream' })
        : await client.POST('/api/v1/identity-providers/{id}/export', {
            params: { path },
            body: { passphrase },
            parseAs: 'stream',
          });
    return deliver(call, await response.text());
  },
};

const importProvider: Verb = {
  usage: 'import',
  summary: 'Make a provider out of an exported document; a broken one creates nothing and every fault is named',
  options: [
    fileOption,
    passphraseOption,
    { flags: '--name <text>', text: 'name of the provider, in place of the document’s' },
    { flags: '--slug <slug>', text: 'slug of the provider, in place of the document’s' },
    {
      flags: '--client-secret-file <path>',
      text: 'file with the client secret that the document leaves out; - reads standard input',
    },
    { flags: '--enable', text: 'switch it on unverified' },
    { flags: '--draft', text: 'leave it off, whatever the document says' },
  ],
  examples: [
    'import -f okta.json',
    'import -f okta.json --passphrase-file passphrase.txt',
    'import -f okta.json --slug okta-2 --draft',
  ],
  async run(call) {
    const file = call.text('file');
    if (file === undefined) throw new UsageError('say what: -f okta.json, or -f - for standard input');
    if (call.flag('enable') && call.flag('draft')) throw new UsageError('say one of --enable and --draft');
    const [passphraseFile, secretFile] = [call.text('passphraseFile'), call.text('clientSecretFile')];
    if ([file, passphraseFile, secretFile].filter((path) => path === '-').length > 1) {
      throw new UsageError('standard input can be only one of the files');
    }
    const document = readObject(await readText(call, file), file);
    const body: Document = {
      document,
      name: call.text('name'),
      slug: call.text('slug'),
      enabled: call.flag('enable') ? true : call.flag('draft') ? false : undefined,
      passphrase: passphraseFile === undefined ? undefined : await readSecret(call, passphraseFile),
      secrets: secretFile === undefined ? undefined : { clientSecret: await readSecret(call, secretFile) },
    };
    const client = await call.tenant();
    const made = dataOf(await client.POST('/api/v1/identity-providers/import', { body: body as never }));
    return tellChange(made, { staged: false, style: call.style });
  },
};

export const exchangeVerbs: readonly Verb[] = [exportProvider, importProvider];
