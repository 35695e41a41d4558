import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { groupIds, makeSecret } from '../kit/entra/index.ts';
import { type EntraConnection, type EntraScene, openEntraScene, signInAtEntra } from '../kit/entra/scene.ts';
import { type OktaScene, openOktaScene, signInAtOkta } from '../kit/okta/scene.ts';
import type { TestTenant } from '../kit/scene.ts';
import { readReport, startVerify, type TestReport } from '../verify/kit.ts';

/** The way at the provider: where the browser is sent back to; undefined when it stays on a page there. */
type AtProvider = (sent: URL) => Promise<URL | undefined>;

interface Tested {
  report: TestReport;
  /** What the browser ended on; undefined when it never came back. */
  page: Visit | undefined;
}

/** A whole test sign-in through a vendor that only this computer has. */
async function verify(tenant: TestTenant, connection: { id: string }, atProvider: AtProvider): Promise<Tested> {
  const agent = new Agent();
  const ticket = await startVerify(tenant, connection);
  const sent = await agent.get(ticket.url);
  const back = sent.location === undefined ? undefined : await atProvider(new URL(sent.location));
  const page = back && (await agent.follow(await agent.get(back.href)));
  return { report: await readReport(tenant.api, connection, ticket.id), page };
}

async function switchOn(tenant: TestTenant, { path }: { path: string }): Promise<void> {
  const { status, json } = await tenant.api.call('PATCH', path, { enabled: true });
  assert.equal(status, 200, JSON.stringify(json));
}

const assertPassed = ({ report, page }: Tested): void => {
  assert.deepEqual([report.state, report.summary.code], ['passed', null], JSON.stringify(report.summary));
  assert.equal(page?.status, 200);
};

describe('Verify through Entra', () => {
  let stage: EntraScene;
  before(async () => {
    stage = await openEntraScene();
  });
  after(() => stage.close());

  const atEntra =
    (
      connection: EntraConnection,
      { consents = true, assignment = 'returned' }: { consents?: boolean; assignment?: 'returned' | 'shown' } = {},
    ): AtProvider =>
    async (sent) => {
      stage.entra.behaviour = { who: connection.alice, consents, assignmentErrors: assignment };
      const shown = await stage.entra.browse(sent);
      return shown.kind === 'redirect' ? shown.url : undefined;
    };

  it('passes for a draft, which is then switched on without an override', async () => {
    const mapped = { groupMappings: [{ external: groupIds(1)[0], label: 'Engineers', group: 'Engineers' }] };
    const connection = await stage.connect({ slug: 'draft', enabled: false, preset: 'entra', ...mapped });
    connection.alice.groups = groupIds(2);
    const tested = await verify(stage.acme, connection, atEntra(connection));
    assertPassed(tested);
    assert.deepEqual(
      tested.report.groups?.added.map(({ name }) => name),
      ['Engineers'],
    );
    await switchOn(stage.acme, connection);
    assert.deepEqual((await signInAtEntra(stage, connection))['groups'], ['Engineers']);
  });

  interface Row {
    name: string;
    spoil(connection: EntraConnection): void;
    /** After the person was sent back, before we redeem the code. */
    spoilLate?(connection: EntraConnection): void;
    behaviour?: { consents?: boolean; assignment?: 'returned' | 'shown' };
    code: string;
    where: string;
    pointer?: string;
    says(connection: EntraConnection): readonly (string | RegExp)[];
  }

  const rows: readonly Row[] = [
    {
      name: 'AADSTS7000215: the secret is another one',
      spoil: ({ app }) => void (app.secrets = [makeSecret(new Date(Date.now() + 86_400_000))]),
      code: 'oidc.client_refused',
      where: 'here',
      pointer: '/oidc/clientSecret',
      says: () => [/^Enter the secret’s Value, not its Secret ID/],
    },
    {
      name: 'AADSTS7000222: the secret has expired',
      spoil: ({ app }) => void (app.secrets = app.secrets.map((secret) => ({ ...secret, expiresAt: new Date(0) }))),
      code: 'oidc.client_secret_expired',
      where: 'here',
      pointer: '/oidc/clientSecret',
      says: () => [/^In Entra: App registrations > the application > Certificates & secrets > New client secret/],
    },
    {
      name: 'AADSTS700016: the directory has no such application',
      spoil: () => {},
      spoilLate: ({ directory, app }) => void directory.apps.delete(app.clientId),
      code: 'oidc.token_refused',
      where: 'here',
      pointer: '/oidc/clientId',
      says: ({ app }) => [/^Compare Application \(client\) ID/, app.clientId],
    },
    {
      name: 'AADSTS50105: the person is not assigned',
      spoil: ({ app }) => void (app.assignedTo = []),
      code: 'oidc.access_denied',
      where: 'provider',
      says: () => [/^In Entra: Enterprise apps > the application > Users and groups > Add user\/group/],
    },
    {
      name: 'AADSTS65004: whoever was asked for consent declined',
      spoil: ({ app }) => void (app.consented = false),
      behaviour: { consents: false },
      code: 'oidc.access_denied',
      where: 'person',
      says: () => [/^They try again and accept/, '/admin-consent'],
    },
  ];

  for (const [index, row] of rows.entries())
    it(row.name, async () => {
      const connection = await stage.connect({ slug: `wrong-${index}`, enabled: false });
      row.spoil(connection);
      const { report, page } = await verify(stage.acme, connection, async (sent) => {
        const back = await atEntra(connection, row.behaviour)(sent);
        row.spoilLate?.(connection);
        return back;
      });
      assertFirstLine(report, row, row.says(connection));
      assert.equal(page?.status, 200, 'the page with the report');
      assert.ok(page.body.includes(report.summary.code ?? '-'));
    });

  it('AADSTS65001: nobody has consented, and the answer says so', async () => {
    const connection = await stage.connect({ slug: 'silent', enabled: false });
    connection.app.consented = false;
    const { report } = await verify(stage.acme, connection, (sent) => {
      // Entra asks nobody who may not be asked: a policy of the directory, or a silent request.
      sent.searchParams.set('prompt', 'none');
      return atEntra(connection)(sent);
    });
    const link = `${stage.acme.url}/sso/silent/admin-consent`;
    assertFirstLine(report, { where: 'provider' }, [/^A Cloud Application Administrator opens /, link]);
    assert.ok(report.steps.some(({ verdict }) => verdict === 'refused'));
  });

  const stays: readonly { name: string; spoil(connection: EntraConnection): void; says: RegExp }[] = [
    {
      name: 'AADSTS50011: the redirect URI has a slash too many there',
      spoil: ({ app }) => void (app.redirectUris = app.redirectUris.map((uri) => `${uri}/`)),
      says: /no slash more or less/,
    },
    {
      name: 'AADSTS700016: there is no application of this client id',
      spoil: ({ directory, app }) => void directory.apps.delete(app.clientId),
      says: /client id/,
    },
    {
      name: 'AADSTS50105: shown at Entra that the person is not assigned',
      spoil: ({ app }) => void (app.assignedTo = []),
      says: /not assigned/,
    },
  ];

  for (const [index, { name, spoil, says }] of stays.entries())
    it(`the browser never comes back: ${name}`, async () => {
      const connection = await stage.connect({ slug: `stays-${index}`, enabled: false });
      spoil(connection);
      const { report, page } = await verify(stage.acme, connection, atEntra(connection, { assignment: 'shown' }));
      const words = [`${stage.acme.url}/sso/stays-${index}/callback`, connection.app.clientId, says];
      assert.deepEqual([page, report.state], [undefined, 'waiting']);
      assertFirstLine(report, { code: null, where: 'provider', pointer: '/oidc/redirectUri' }, words);
      stage.advance(16 * 60);
      const over = await readReport(stage.acme.api, connection, report.id);
      assert.equal(over.state, 'expired');
      const wanted = { code: 'verify.never_answered', where: 'provider', pointer: '/oidc/redirectUri' };
      assertFirstLine(over, wanted, [/^At the provider, register exactly/, ...words]);
    });
});

describe('Verify through Okta', () => {
  let stage: OktaScene;
  before(async () => {
    stage = await openOktaScene();
  });
  after(() => stage.close());

  for (const server of ['org', 'custom'] as const)
    it(`passes for a draft at its ${server} authorization server, which is then switched on without an override`, async () => {
      const connection = await stage.connect({ slug: server, server, document: { enabled: false, preset: 'okta' } });
      const tested = await verify(stage.acme, connection, async (sent) => {
        stage.okta.who = connection.alice;
        const shown = await stage.okta.browse(sent);
        return shown.kind === 'redirect' ? shown.url : undefined;
      });
      assertPassed(tested);
      assert.equal(tested.report.person?.user?.email, `${server}@acme.example`);
      await switchOn(stage.acme, connection);
      assert.ok((await signInAtOkta(stage, connection)).id_token);
    });
});

function assertFirstLine(
  { summary }: TestReport,
  wanted: { code?: string | null; where: string; pointer?: string },
  says: readonly (string | RegExp)[],
): void {
  const told = JSON.stringify(summary);
  if (wanted.code !== undefined) assert.equal(summary.code, wanted.code, told);
  assert.deepEqual([summary.where, summary.pointer], [wanted.where, wanted.pointer], told);
  for (const words of says)
    assert.ok(
      typeof words === 'string' ? summary.whatToDo.includes(words) : words.test(summary.whatToDo),
      `${words} in: ${told}`,
    );
}
