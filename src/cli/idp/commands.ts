import { type Call, dataOf, type Noun, type Outcome, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { type Document, fileOption, readDocument, readText, setOption } from '../documents.ts';
import { done, listed, shown } from '../lists.ts';
import { limitOption, readAll } from '../pages.ts';
import { plain } from '../print/plain.ts';
import { UsageError } from '../refusals.ts';
import { exchangeVerbs } from './exchange.ts';
import { groupVerbs } from './groups.ts';
import { guideVerbs } from './guide.ts';
import { healthVerbs } from './health.ts';
import { keyVerbs } from './keys.ts';
import { revisionVerbs } from './revisions.ts';
import { findProvider, overrideOption } from './shapes.ts';
import { tellChange } from './tell-change.ts';
import { verifyVerbs } from './verify.ts';

const list: Verb = {
  usage: 'list',
  summary: 'List the identity providers',
  options: [limitOption],
  examples: ['list', 'list --json'],
  async run(call) {
    const client = await call.tenant();
    const page = await readAll(call, async (query) =>
      dataOf(await client.GET('/api/v1/identity-providers', { params: { query } })),
    );
    return listed(page, {
      slug: ({ slug }) => slug,
      name: ({ name }) => name,
      kind: ({ kind }) => kind,
      enabled: ({ enabled }) => ({ painted: enabled ? call.style.paint('green', 'yes') : 'no' }),
      revision: ({ revision, staged }) => (staged ? `${revision} (${staged.revision} staged)` : revision),
      domains: ({ authentication }) => authentication.domains.join(' '),
      id: ({ id }) => id,
    });
  },
};

const show: Verb = {
  usage: 'show <provider>',
  summary: 'Show an identity provider with every field; secrets are never shown',
  examples: ['show okta', 'show okta --json > okta.json'],
  async run(call) {
    const { client, path } = await findProvider(call);
    const provider = dataOf(await client.GET('/api/v1/identity-providers/{id}', { params: { path } }));
    const warnings = provider.warnings.map(
      ({ pointer, detail }) => `${call.style.paint('yellow', 'Warning:')} ${plain(pointer ?? '')} ${plain(detail)}`,
    );
    return shown(call, provider, warnings.length === 0 ? undefined : warnings.join('\n'));
  },
};

const create: Verb = {
  usage: 'create',
  summary: 'Connect an identity provider: a draft, unless the document says enabled',
  options: [fileOption, setOption, overrideOption],
  notes:
    'With an OIDC issuer alone, or a SAML metadataUrl alone, the rest is fetched. "sallyport idp presets" lists what a preset fills in.',
  examples: [
    'create -f okta.json',
    'create --set /kind=saml --set /preset=entra --set /name=Acme --set /slug=entra --set /saml/metadataUrl=https://login.example/metadata.xml',
  ],
  async run(call) {
    const body = (await readDocument(call)) as never;
    const client = await call.tenant();
    const query = { override: call.text('override') };
    const made = dataOf(await client.POST('/api/v1/identity-providers', { params: { query }, body }));
    return tellChange(made, { staged: false, style: call.style });
  },
};

const change: Verb = {
  usage: 'change <provider>',
  summary: 'Change an identity provider by merge patch; what is sensitive is only staged while it is on',
  options: [{ ...fileOption, text: 'JSON merge patch; - reads standard input' }, setOption, overrideOption],
  examples: [
    'change okta --set /users/create=true',
    'change okta --set \'/authentication/domains=["acme.example"]\'',
    'change okta -f patch.json --override "certificate of the vendor, checked by phone"',
  ],
  run: async (call) => patch(call, await readDocument(call)),
};

const enable: Verb = {
  usage: 'enable <provider>',
  summary: 'Switch an identity provider on: wants a passed Verify, or a reason',
  options: [overrideOption],
  examples: ['enable okta', 'enable okta --override "the vendor is on the phone"'],
  run: (call) => patch(call, { enabled: true }),
};

const disable: Verb = {
  usage: 'disable <provider>',
  summary: 'Switch an identity provider off, at once; its sessions end',
  examples: ['disable okta'],
  run: (call) => patch(call, { enabled: false }),
};

const remove: Verb = {
  usage: 'remove <provider>',
  summary: 'Disconnect an identity provider and end its sessions',
  options: [yesOption],
  examples: ['remove okta --yes'],
  async run(call) {
    const { client, path } = await findProvider(call);
    await confirm(call, `Disconnect ${call.args[0]} for good and end its sessions`);
    await client.DELETE('/api/v1/identity-providers/{id}', { params: { path } });
    return done('Disconnected.');
  },
};

async function patch(call: Call, document: Document): Promise<Outcome> {
  const { client, path } = await findProvider(call);
  const params = { path, query: { override: call.text('override') } };
  const answer = await client.PATCH('/api/v1/identity-providers/{id}', { params, body: document });
  return tellChange(dataOf(answer), { staged: answer.response.status === 202, style: call.style });
}

const fetchConfiguration: Verb = {
  usage: 'fetch-configuration',
  summary: 'Read an issuer, a metadata address or a metadata file into the fields of a provider; nothing is stored',
  options: [
    { flags: '--issuer <url>', text: 'issuer of OpenID Connect' },
    { flags: '--metadata-url <url>', text: 'address of SAML metadata' },
    { flags: '--metadata-file <path>', text: 'SAML metadata or an OpenID Connect document; - reads standard input' },
  ],
  examples: [
    'fetch-configuration --issuer https://acme.okta.com/oauth2/default',
    'fetch-configuration --metadata-file metadata.xml --json',
  ],
  async run(call) {
    const body = await sourceOf(call);
    const client = await call.tenant();
    const found = dataOf(await client.POST('/api/v1/identity-providers/fetch-configuration', { body }));
    const { warnings, ...rest } = found;
    const told = warnings.map(({ detail }) => `${call.style.paint('yellow', 'Warning:')} ${plain(detail)}`).join('\n');
    return { ...shown(call, rest, told === '' ? undefined : told), document: found };
  },
};

async function sourceOf(call: Call): Promise<{ issuer?: string; metadataUrl?: string; metadata?: string }> {
  const [issuer, metadataUrl, file] = [call.text('issuer'), call.text('metadataUrl'), call.text('metadataFile')];
  if ([issuer, metadataUrl, file].filter((one) => one !== undefined).length !== 1) {
    throw new UsageError('say exactly one of --issuer, --metadata-url and --metadata-file');
  }
  return file === undefined ? { issuer, metadataUrl } : { metadata: await readText(call, file) };
}

export const idpNoun: Noun = {
  name: 'idp',
  summary: 'Identity providers of a tenant; one is named by id or slug',
  verbs: [
    list,
    show,
    create,
    change,
    enable,
    disable,
    remove,
    fetchConfiguration,
    ...guideVerbs,
    ...verifyVerbs,
    ...revisionVerbs,
    ...keyVerbs,
    ...healthVerbs,
    ...groupVerbs,
    ...exchangeVerbs,
  ],
};
