import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { makeCertifiedKey } from '../../kit/saml/certificate.ts';
import { createSamlIdp, instant, newId } from '../../kit/saml/idp.ts';
import { type AnswerOptions, answerXml, demandXml, posted, readLogout, redirected } from '../../kit/saml/logout.ts';
import { ALICE, authorizationRequest, codeFrom, redeem, samlResponse } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, stateOf } from '../oracles.ts';
import { BINDINGS, type Binding, openStage, type Stage, sloOf, type Victim } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const GOODBYE = 'http://127.0.0.1:9/bye';
const here = (): string => sloOf(stage.saml, stage.acme);

interface Away {
  victim: Victim;
  /** Of our demand. */
  id: string;
  relayState: string;
}

/** Somebody whom an application signs out, and whose browser is at the provider now. */
async function away(): Promise<Away> {
  const victim = await stage.person();
  const { agent, tenant } = victim;
  const asked = authorizationRequest(tenant, tenant.application);
  const { json } = await redeem(tenant, await codeFrom(agent, await agent.get(asked.url)), asked);
  const fields = { id_token_hint: json.id_token, post_logout_redirect_uri: GOODBYE };
  const { location = '' } = await agent.get(`${tenant.url}/oauth/end-session?${new URLSearchParams(fields)}`);
  const { id, relayState = '' } = readLogout({ url: location });
  return { victim, id, relayState };
}

interface Bringing {
  agent?: Agent;
  relayState?: string | undefined;
}

function bring(binding: Binding, xml: string, { agent = new Agent(), relayState }: Bringing, idp = stage.idp): Promise<Visit> {
  return binding === 'redirect'
    ? agent.get(`${here()}?${redirected(idp, xml, { relayState })}`)
    : agent.post(here(), { ...posted(idp, xml), ...(relayState === undefined ? {} : { RelayState: relayState }) });
}

const answerTo = ({ id }: Away, change: Partial<AnswerOptions> = {}): string =>
  answerXml(stage.idp, { to: here(), inResponseTo: id, ...change });

/** A page with this code, nobody sent anywhere, one audit event. */
async function refused(code: string, deliver: () => Promise<Visit>): Promise<void> {
  const { sequence } = await stateOf(stage.acme);
  const visit = await deliver();
  assert.equal(codeOf(visit), code, `${visit.status} ${visit.location ?? ''} ${visit.body.slice(0, 300)}`);
  assert.ok(visit.status >= 400 && visit.status < 500 && visit.location === undefined);
  const events = await eventsAfter(stage.acme, sequence);
  assert.deepEqual(
    events.map((event) => [event.action, event.code]),
    [['sign-out.refused', code]],
  );
}

for (const binding of BINDINGS) {
  describe(`an answer to our demand by ${binding} leads a browser on only where it is one (T75)`, () => {
    it('the valid control leads to where the application wants the person', async () => {
      const gone = await away();
      const { victim, relayState } = gone;
      assert.equal((await bring(binding, answerTo(gone), { agent: victim.agent, relayState })).location, GOODBYE);
    });

    const rows: Record<string, [code: string, change: Partial<AnswerOptions>]> = {
      'that answers another demand': ['saml.in_response_to_mismatch', { inResponseTo: newId() }],
      'that answers none': ['saml.unsolicited', { inResponseTo: null }],
      'of another issuer': ['saml.issuer_mismatch', { issuer: 'https://evil.example/saml' }],
      'of nobody': ['saml.issuer_mismatch', { issuer: null }],
      'for another address': ['saml.destination_mismatch', { destination: 'https://other.example/slo' }],
      'for none': ['saml.destination_missing', { destination: null }],
      'of a day ago': ['saml.issued_out_of_time', { issueInstant: instant(undefined, -86_400) }],
      'of SAML 1.1': ['saml.version', { version: '1.1' }],
    };
    for (const [name, [code, change]] of Object.entries(rows)) {
      it(`one ${name}: ${code}`, async () => {
        const gone = await away();
        const { victim, relayState } = gone;
        await refused(code, () => bring(binding, answerTo(gone, change), { agent: victim.agent, relayState }));
        assert.equal(await isSignedIn(victim), false, 'what had ended stays ended');
      });
    }

    it('one signed by a stranger: xml.signature_value', async () => {
      const gone = await away();
      const { victim, relayState } = gone;
      const stranger = createSamlIdp({ entityId: stage.idp.entityId, ssoUrl: stage.idp.ssoUrl, keys: makeCertifiedKey() });
      await refused('xml.signature_value', () => bring(binding, answerTo(gone), { agent: victim.agent, relayState }, stranger));
    });

    it('an unsigned one: saml.signature_missing', async () => {
      const gone = await away();
      const { victim, relayState } = gone;
      const xml = Buffer.from(answerTo(gone));
      await refused('saml.signature_missing', () =>
        binding === 'redirect'
          ? victim.agent.get(
              `${here()}?${new URLSearchParams({ SAMLResponse: deflateRawSync(xml).toString('base64'), RelayState: relayState })}`,
            )
          : victim.agent.post(here(), { SAMLResponse: xml.toString('base64'), RelayState: relayState }),
      );
    });

    it('in another browser, unasked, or a second time: logout.return_unknown', async () => {
      const gone = await away();
      const { victim, relayState } = gone;
      const xml = answerTo(gone);
      const strangers = (await stage.person()).agent;
      await refused('logout.return_unknown', () => bring(binding, xml, { agent: strangers, relayState }));
      await refused('logout.return_unknown', () => bring(binding, xml, { agent: victim.agent, relayState: 'x'.repeat(43) }));
      await refused('logout.return_unknown', () => bring(binding, xml, { agent: victim.agent, relayState: undefined }));
      await refused('logout.return_unknown', () =>
        bring(binding, xml, { agent: victim.agent, relayState: 'https://evil.example/' }),
      );
      assert.equal((await bring(binding, xml, { agent: victim.agent, relayState })).location, GOODBYE);
      await refused('logout.return_unknown', () => bring(binding, xml, { agent: victim.agent, relayState }));
    });

    it('a demand, or a response to a sign-in, in its place is none', async () => {
      const gone = await away();
      const { victim, relayState } = gone;
      const demand = demandXml(stage.idp, { to: here(), nameId: victim.nameId });
      const asAnswer = { SAMLResponse: posted(stage.idp, demand)['SAMLRequest'] ?? '', RelayState: relayState };
      await refused('saml.structure', () => victim.agent.post(here(), asAnswer));
      const again = await away();
      const response = samlResponse(stage.saml, again.id, { attributes: ALICE, sign: 'response' });
      await refused('saml.structure', () =>
        again.victim.agent.post(here(), { SAMLResponse: response, RelayState: again.relayState }),
      );
    });

    it('an answer signs nobody in', async () => {
      const gone = await away();
      const visit = await gone.victim.agent.post(stage.saml.acsUrl, {
        SAMLResponse: posted(stage.idp, answerTo(gone, { destination: stage.saml.acsUrl }))['SAMLResponse'] ?? '',
        RelayState: gone.relayState,
      });
      assert.ok(visit.status >= 400 && visit.status < 500);
      assert.equal(await isSignedIn(gone.victim), false);
    });
  });
}

describe('a provider’s post that comes without cookies', () => {
  it('is posted once more by our own page, and then belongs to the browser', async () => {
    const gone = await away();
    const form = { ...posted(stage.idp, answerTo(gone)), RelayState: gone.relayState };
    const bounced = await new Agent().post(here(), form, { 'sec-fetch-site': 'cross-site' });
    assert.match(bounced.body, /action="[^"]*\/slo\?bounced=1"/);
    const visit = await gone.victim.agent.post(`${here()}?bounced=1`, form);
    assert.equal(visit.location, GOODBYE);
    await refused('logout.return_unknown', () =>
      new Agent().post(`${here()}?bounced=1`, form, { 'sec-fetch-site': 'cross-site' }),
    );
  });
});

describe('junk at the address is bounded', () => {
  it('nothing, both, and something else: a page, no 500', async () => {
    const { agent } = await stage.person();
    const forms: Record<string, string>[] = [
      {},
      { SAMLRequest: '' },
      { SAMLResponse: '' },
      { SAMLRequest: 'x', SAMLResponse: 'x' },
      { RelayState: 'x' },
    ];
    for (const form of forms) {
      const visits = [await agent.post(here(), form), await agent.get(`${here()}?${new URLSearchParams(form)}`)];
      for (const visit of visits) assert.ok(visit.status === 400 || visit.status === 403, `${visit.status}`);
    }
    const large = await agent.post(here(), { SAMLRequest: 'A'.repeat(900_000) });
    assert.equal(codeOf(large), 'xml.too_large');
  });
});
