import { argument, type Call, dataOf, type Noun, type OptionOf, type Verb } from '../command.ts';
import { confirm, yesOption } from '../confirm.ts';
import { done, listed, shown } from '../lists.ts';
import { checkName } from '../names.ts';
import { plain } from '../print/plain.ts';
import { paintState } from '../print/style.ts';

const subdomainsOption: OptionOf = { flags: '--include-subdomains', text: 'it stands for its sub-domains as well' };

const list: Verb = {
  usage: 'list',
  summary: 'List the domains',
  examples: ['list'],
  async run(call) {
    const page = dataOf(await (await call.tenant()).GET('/api/v1/domains', {}));
    return listed(page, {
      name: ({ name }) => name,
      state: ({ state }) => ({ painted: paintState(call.style, state) }),
      subdomains: ({ includeSubdomains }) => (includeSubdomains ? 'yes' : 'no'),
      since: ({ provenAt }) => provenAt && call.style.time(provenAt),
    });
  },
};

const show: Verb = {
  usage: 'show <name>',
  summary: 'Show a domain, with the TXT record that proves it',
  examples: ['show acme.example'],
  async run(call) {
    const client = await call.tenant();
    return shown(call, dataOf(await client.GET('/api/v1/domains/{name}', { params: { path: pathOf(call) } })));
  },
};

const add: Verb = {
  usage: 'add <name>',
  summary: 'Claim a domain: it waits for its TXT record, unless an operator vouches for it by adding it',
  options: [subdomainsOption],
  examples: ['add acme.example', 'add acme.example --include-subdomains'],
  async run(call) {
    const body = { name: checkName(argument(call, 0)), includeSubdomains: call.flag('includeSubdomains') };
    const domain = dataOf(await (await call.tenant()).POST('/api/v1/domains', { body }));
    const { record } = domain;
    const next = `Put this record into the DNS, then run: sallyport domain prove ${plain(domain.name)}\n  ${plain(record.name)}  ${record.type}  "${plain(record.value)}"`;
    return shown(call, domain, domain.state === 'pending' ? next : 'Added.');
  },
};

const prove: Verb = {
  usage: 'prove <name>',
  summary: 'Look for the TXT record now',
  examples: ['prove acme.example'],
  async run(call) {
    const client = await call.tenant();
    const answer = await client.POST('/api/v1/domains/{name}/prove', { params: { path: pathOf(call) } });
    return shown(call, dataOf(answer), 'Proven.');
  },
};

const remove: Verb = {
  usage: 'remove <name>',
  summary: 'Give a domain up: it routes nobody any more',
  options: [yesOption],
  examples: ['remove acme.example --yes'],
  async run(call) {
    const path = pathOf(call);
    await confirm(call, `Give ${path.name} up`);
    await (await call.tenant()).DELETE('/api/v1/domains/{name}', { params: { path } });
    return done('Removed.');
  },
};

const change: Verb = {
  usage: 'change <name>',
  summary: 'Let a domain stand for its sub-domains, or only for itself',
  options: [subdomainsOption],
  examples: ['change acme.example --include-subdomains', 'change acme.example'],
  async run(call) {
    const client = await call.tenant();
    const body = { includeSubdomains: call.flag('includeSubdomains') };
    return shown(
      call,
      dataOf(await client.PATCH('/api/v1/domains/{name}', { params: { path: pathOf(call) }, body })),
      'Changed.',
    );
  },
};

const pathOf = (call: Call): { name: string } => ({ name: checkName(argument(call, 0)) });

export const domainNoun: Noun = {
  name: 'domain',
  summary: 'Domains of a tenant: only proven or vouched ones route sign-ins',
  verbs: [list, show, add, prove, change, remove],
};
