import { type Call, dataOf, type OptionOf, type Verb } from '../command.ts';
import { listed, shown } from '../lists.ts';
import { paragraph } from '../print/fields.ts';
import { plain } from '../print/plain.ts';
import { UsageError } from '../refusals.ts';
import { findProvider, type Guide } from './shapes.ts';

const languages = ['en', 'de'] as const;
const languageOption: OptionOf = { flags: '--language <language>', text: 'en unless told', choices: languages };
const kinds = ['microsoft-oidc', 'oidc', 'saml'] as const;

const presets: Verb = {
  usage: 'presets',
  summary: 'List the presets: vendors whose defaults are known',
  options: [languageOption],
  examples: ['presets', 'presets --json'],
  async run(call) {
    const client = await call.tenant();
    const page = dataOf(await client.GET('/api/v1/identity-provider-presets', { params: { query: languageOf(call) } }));
    return listed(page, {
      preset: ({ id }) => id,
      vendor: ({ title }) => title,
      kinds: ({ kinds: all }) => all.map(({ kind }) => kind).join(', '),
      groups: ({ kinds: all }) => all[0]?.groups.detail,
    });
  },
};

const guide: Verb = {
  usage: 'guide [provider]',
  summary: 'Guide through the vendor’s console, step by step, with the tenant’s own values',
  options: [
    { flags: '--preset <preset>', text: 'before the provider is made: this vendor; wants --slug' },
    { flags: '--slug <slug>', text: 'that the provider is to have' },
    { flags: '--kind <kind>', text: 'where the vendor has several', choices: kinds },
    languageOption,
  ],
  examples: ['guide okta', 'guide --preset entra --kind saml --slug entra'],
  async run(call) {
    const found = await readGuide(call);
    return { document: found, text: tellGuide(found, call) };
  },
};

async function readGuide(call: Call): Promise<Guide> {
  const [preset, slug] = [call.text('preset'), call.text('slug')];
  if (call.args[0] !== undefined && preset === undefined) {
    const { client, path } = await findProvider(call);
    return dataOf(await client.GET('/api/v1/identity-providers/{id}/guide', { params: { path, query: languageOf(call) } }));
  }
  if (call.args[0] !== undefined || preset === undefined || slug === undefined) {
    throw new UsageError('say which provider, or --preset and --slug of the one that is to be made');
  }
  const kind = kinds.find((one) => one === call.text('kind'));
  const params = { path: { preset }, query: { slug, kind, ...languageOf(call) } };
  return dataOf(await (await call.tenant()).GET('/api/v1/identity-provider-presets/{preset}/guide', { params }));
}

function tellGuide({ title, know, steps }: Guide, { style, io: { columns } }: Call): string {
  const lines = [style.paint('bold', plain(title)), ''];
  for (const text of know) lines.push(paragraph(`- ${text}`, { columns, indent: '  ' }));
  steps.forEach((step, index) => {
    lines.push('', style.paint('bold', `${index + 1}. ${plain(step.title)}`), paragraph(step.text, { columns, indent: '   ' }));
    for (const { label, value } of step.copy ?? []) lines.push(`   ${plain(label)}: ${style.paint('cyan', valueOf(value))}`);
    for (const { label, pointer } of step.paste ?? [])
      lines.push(`   ${plain(label)} goes into ${style.paint('cyan', plain(pointer))}`);
    if (step.note) lines.push(paragraph(step.note, { columns, indent: '   ' }));
  });
  return `${lines.join('\n')}\n`;
}

/** A certificate is copied with its lines. */
const valueOf = (value: string): string =>
  value.includes('\n')
    ? `\n${value
        .trimEnd()
        .split('\n')
        .map((line) => `     ${plain(line)}`)
        .join('\n')}`
    : plain(value);

const adminConsent: Verb = {
  usage: 'admin-consent <provider>',
  summary: 'Links for an administrator of the Entra directory to consent by, and what was reported last',
  examples: ['admin-consent entra'],
  async run(call) {
    const { client, path } = await findProvider(call);
    return shown(call, dataOf(await client.GET('/api/v1/identity-providers/{id}/admin-consent', { params: { path } })));
  },
};

function languageOf(call: Call): { language?: 'en' | 'de' } {
  return { language: languages.find((one) => one === call.text('language')) };
}

export const guideVerbs: readonly Verb[] = [presets, guide, adminConsent];
