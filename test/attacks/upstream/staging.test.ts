import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { type Api, apiOf, goToProvider, type OidcConnection, type SamlConnection } from '../../kit/scene.ts';
import { refused } from '../oracles.ts';
import { acmeIdp, answerTo, begin, deliver, openStage, type Stage, type Waiting } from '../saml/stage.ts';

let stage: Stage;
/** The API of the same tenant on another node. */
let elsewhere: Api;
let otherOrigin: string;

before(async () => {
  stage = await openStage();
  otherOrigin = (await stage.scene.gateway.addNode()).origin;
  elsewhere = apiOf(stage.acme.url.replace(new URL(stage.acme.url).origin, otherOrigin), stage.scene.gateway.operatorToken);
});
after(() => stage.close());

const pathOf = ({ id }: { id: string }, rest = ''): string => `/api/v1/identity-providers/${id}${rest}`;
const connect = (slug: string): Promise<SamlConnection> => stage.acme.connectSaml(acmeIdp(), { slug, name: slug });
const personAt = (slug: string, number = 0) => ({
  nameId: `${slug}-${number}`,
  attributes: { email: `${slug}-${number}@acme.example` },
});

interface Shown {
  name: string;
  revision: number;
  staged: { revision: number } | null;
  saml: { ssoUrl: string; verificationCertificates: string[] };
}
const shown = async (connection: { id: string }, api: Api = stage.acme.api): Promise<Shown> =>
  (await api.call<Shown>('GET', pathOf(connection))).json;
async function stageChange(connection: { id: string }, patch: object): Promise<number> {
  const { status, json } = await stage.acme.api.call<Shown>('PATCH', pathOf(connection), patch);
  assert.equal(status, 202, JSON.stringify(json));
  return json.staged?.revision ?? 0;
}

describe('what is only staged lets nobody in', () => {
  it('a key and an issuer of the attacker’s, staged by an administrator whose session was stolen', async () => {
    const connection = await connect('staged-key');
    const attacker = acmeIdp();
    const number = await stageChange(connection, { saml: { verificationCertificates: [attacker.keys.certificatePem] } });
    const forge = (waiting: Waiting) =>
      answerTo({ ...waiting, connection: { ...connection, idp: attacker } }, { change: personAt('staged-key') });
    const waiting = await begin(stage.acme, connection);
    await refused(waiting, { code: 'xml.signature_value', status: 403 }, () => deliver(waiting, forge(waiting)));
    const genuine = await begin(stage.acme, connection);
    const arrived = await deliver(genuine, answerTo(genuine, { change: personAt('staged-key') }));
    assert.equal(arrived.status, 303, 'the valid control');
    const { status, json } = await stage.acme.api.call('POST', pathOf(connection, `/revisions/${number}/activate`));
    assert.deepEqual([status, json.code], [409, 'upstream.not_verified']);
    const reason = { override: 'what the attacker would have to write down' };
    assert.equal((await stage.acme.api.call('POST', pathOf(connection, `/revisions/${number}/activate`), reason)).status, 200);
    const later = await begin(stage.acme, connection);
    assert.equal((await deliver(later, forge(later))).status, 303, 'live, it would have counted');
  });

  it('a client of the attacker’s: people are still sent to the one that is live', async () => {
    const connection: OidcConnection = await stage.acme.connectOidc(await stage.scene.startOidcIdp(), { slug: 'staged-client' });
    await stageChange(connection, { oidc: { clientId: 'attacker', clientSecret: 'theirs' } });
    const { sent } = await goToProvider(new Agent(), stage.acme, connection);
    assert.notEqual(new URL(sent.location ?? '').searchParams.get('client_id'), 'attacker');
  });
});

describe('a sign-in that is under way (OIDC)', () => {
  const cases: [name: string, patch: object, counts: boolean][] = [
    ['another client id ends it', { oidc: { clientId: 'another' } }, false],
    ['another address to redeem at ends it', { oidc: { tokenEndpoint: '{issuer}/token2', clientSecret: 'anew' } }, false],
    ['fewer scopes do not', { oidc: { scopes: ['openid', 'email'] } }, true],
    ['another name does not', { name: 'Renamed' }, true],
  ];
  for (const [at, [name, patch, counts]] of cases.entries()) {
    it(name, async () => {
      const idp = await stage.scene.startOidcIdp();
      const connection = await stage.acme.connectOidc(idp, { slug: `under-way-${at}` });
      const agent = new Agent();
      idp.person = { ...idp.person, sub: `under-way-${at}`, email: `under-way-${at}@acme.example` };
      const { sent } = await goToProvider(agent, stage.acme, connection);
      const answer = await idp.authorize(new URL(sent.location ?? ''));
      await connection.change(JSON.parse(JSON.stringify(patch).replace('{issuer}', idp.issuer)) as Record<string, unknown>);
      const deliverIt = () => agent.get(`${connection.callbackUrl}?${new URLSearchParams(answer)}`);
      if (counts) assert.equal((await deliverIt()).status, 303);
      else await refused({ tenant: stage.acme, agent }, { code: 'sign_in.connection_changed', status: 409 }, deliverIt);
    });
  }
});

describe('several nodes', () => {
  it('of two that activate the same revision at once, one does', async () => {
    for (let round = 0; round < 3; round++) {
      const connection = await connect(`twice-${round}`);
      const number = await stageChange(connection, { saml: { ssoUrl: `https://new-${round}.example/sso` } });
      const activate = (api: Api) =>
        api.call('POST', pathOf(connection, `/revisions/${number}/activate`), { override: 'agreed' });
      const answers = await Promise.all([activate(stage.acme.api), activate(elsewhere)]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409], JSON.stringify(answers));
      assert.equal(answers.find(({ status }) => status === 409)?.json.code, 'upstream.revision_not_staged');
      assert.equal((await shown(connection, elsewhere)).saml.ssoUrl, `https://new-${round}.example/sso`);
    }
  });

  it('one that renames while another activates: neither is lost', async () => {
    for (let round = 0; round < 4; round++) {
      const connection = await connect(`beside-${round}`);
      const number = await stageChange(connection, { saml: { ssoUrl: 'https://new.example/sso' } });
      const activate = pathOf(connection, `/revisions/${number}/activate`);
      const [activated, renamed] = await Promise.all([
        elsewhere.call('POST', activate, { override: 'agreed' }),
        stage.acme.api.call('PATCH', pathOf(connection), { name: 'Renamed' }),
      ]);
      assert.equal(renamed.status, 200, JSON.stringify(renamed.json));
      const now = await shown(connection);
      assert.equal(now.name, 'Renamed');
      if (activated.status === 200) assert.equal(now.saml.ssoUrl, 'https://new.example/sso');
      else assert.deepEqual([activated.status, now.staged !== null], [409, true], JSON.stringify(activated.json));
    }
  });

  it('two that stage at once build on each other', async () => {
    const connection = await connect('both-stage');
    const [one, two] = await Promise.all([
      stage.acme.api.call<Shown>('PATCH', pathOf(connection), { saml: { ssoUrl: 'https://new.example/sso' } }),
      elsewhere.call<Shown>('PATCH', pathOf(connection), { saml: { issuer: 'https://new.example/saml' } }),
    ]);
    assert.deepEqual([one.status, two.status], [202, 202]);
    const number = (await shown(connection)).staged?.revision;
    await stage.acme.api.call('POST', pathOf(connection, `/revisions/${number}/activate`), { override: 'agreed' });
    const { saml } = await shown(connection, elsewhere);
    assert.deepEqual([saml.ssoUrl, Object(saml).issuer], ['https://new.example/sso', 'https://new.example/saml']);
  });

  it('a certificate that is added while people sign in fails nobody, and is believed on every node at once', async () => {
    const connection = await connect('added');
    const next = acmeIdp();
    const old = connection.idp.keys.certificatePem;
    const waiting: Waiting[] = [];
    for (let person = 0; person < 6; person++) waiting.push(await begin(stage.acme, connection));
    const { status } = await stage.acme.api.call('PATCH', pathOf(connection), {
      saml: { verificationCertificates: [old, next.keys.certificatePem] },
    });
    assert.equal(status, 200, 'live at once');
    for (const [at, one] of waiting.entries()) {
      const signer = at % 2 === 0 ? connection.idp : next;
      const there = { ...one, connection: { ...connection, idp: signer } };
      const answer = answerTo(there, { change: personAt('added', at) });
      assert.equal((await deliver(one, answer, at % 3 === 0 ? toTheOtherNode(one) : {})).status, 303, `person ${at}`);
    }
  });

  function toTheOtherNode(waiting: Waiting) {
    const here = new URL(stage.acme.url).origin;
    const agent = new Agent();
    for (const pair of waiting.agent.cookieHeader(here).split('; '))
      agent.setCookie(otherOrigin, pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    return { agent, acsUrl: waiting.connection.acsUrl.replace(here, otherOrigin) };
  }
});
