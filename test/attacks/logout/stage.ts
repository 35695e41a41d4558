import assert from 'node:assert/strict';
import { Agent, codeOf, type Visit } from '../../kit/agent.ts';
import { createSamlIdp, type SamlIdp } from '../../kit/saml/idp.ts';
import { type DemandOptions, demandXml, posted, readLogout, redirected } from '../../kit/saml/logout.ts';
import { codeFrom, openScene, type SamlConnection, type Scene, signInBySaml, type TestTenant } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, referenceOf, stateOf } from '../oracles.ts';

export const SLO = 'https://idp.acme.example/slo';
export const BINDINGS = ['redirect', 'post'] as const;
export type Binding = (typeof BINDINGS)[number];

/** Two nodes, tenant acme with a provider that has single logout. */
export interface Stage {
  readonly scene: Scene;
  readonly acme: TestTenant;
  readonly idp: SamlIdp;
  readonly saml: SamlConnection;
  readonly n2: string;
  /** Somebody new, signed in. */
  person(): Promise<Victim>;
  close(): Promise<void>;
}

export interface Victim {
  readonly tenant: TestTenant;
  readonly agent: Agent;
  readonly nameId: string;
  readonly index: string;
}

export async function openStage(): Promise<Stage> {
  const scene = await openScene();
  const node = await scene.gateway.addNode();
  const acme = await scene.addTenant('acme');
  const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' });
  const saml = await acme.connectSaml(idp, { saml: { sloUrl: SLO } });
  let people = 0;
  return {
    scene,
    acme,
    idp,
    saml,
    n2: node.origin,
    person: () => signInAs({ tenant: acme, saml }, `victim-${(people += 1)}`),
    close: () => scene.close(),
  };
}

export async function signInAs(
  { tenant, saml }: { tenant: TestTenant; saml: SamlConnection },
  nameId: string,
  index = `_index-of-${nameId}`,
): Promise<Victim> {
  const agent = new Agent();
  const { arrived } = await signInBySaml(agent, tenant, saml, {
    nameId,
    attributes: { email: `${nameId}@${tenant.name}.example` },
    authn: { sessionIndex: index },
  });
  await codeFrom(agent, arrived);
  return { tenant, agent, nameId, index };
}

export const sloOf = ({ slug }: Pick<SamlConnection, 'slug'>, { url }: Pick<TestTenant, 'url'>): string =>
  `${url}/sso/${slug}/slo`;

/** An honest demand that the victim be signed out, or one with changes. */
export function demandFor(stage: Stage, victim: Victim, change: Partial<DemandOptions> = {}): string {
  const { nameId, index } = victim;
  return demandXml(stage.idp, { to: sloOf(stage.saml, stage.acme), nameId, indexes: [index], ...change });
}

/** In a browser that is nobody's: what a provider's page brings needs no session. */
export function bring(stage: Stage, binding: Binding, xml: string): Promise<Visit> {
  const url = sloOf(stage.saml, stage.acme);
  return binding === 'redirect'
    ? new Agent().get(`${url}?${redirected(stage.idp, xml)}`)
    : new Agent().post(url, posted(stage.idp, xml));
}

export const alive = ({ tenant, agent }: Victim): Promise<boolean> => isSignedIn({ tenant, agent });

/** The valid control: the provider is answered with Success, and the session is over. */
export async function obeyed(victim: Victim, visit: Visit): Promise<void> {
  const { statuses, kind } = readLogout({ url: visit.location ?? 'about:blank' });
  assert.deepEqual([kind, statuses], ['LogoutResponse', ['urn:oasis:names:tc:SAML:2.0:status:Success']]);
  assert.equal(await alive(victim), false, 'the valid control signs the person out');
}

/** REJ: a page with this code, nobody is sent anywhere, the session lives, and the refusal is on record with its trace, without secrets. */
export async function refused(
  victim: Victim,
  expected: { code: string; status?: number; secrets?: readonly string[] },
  deliver: () => Promise<Visit>,
): Promise<void> {
  const { tenant } = victim;
  const { sequence } = await stateOf(tenant);
  const visit = await deliver();
  assert.equal(codeOf(visit), expected.code, `${visit.status} ${visit.location ?? ''} ${visit.body.slice(0, 300)}`);
  assert.ok(visit.status >= 400 && visit.status < 500, `a refusal, not ${visit.status}`);
  assert.equal(visit.location, undefined);
  assert.doesNotMatch(visit.body, /SAMLResponse/);
  assert.match(visit.body, /The sign-out could not be verified/);
  const events = await eventsAfter(tenant, sequence);
  const reference = referenceOf(visit);
  assert.deepEqual(
    events.map(({ action, code, reference: found }) => [action, code, found]),
    [['sign-out.refused', expected.code, reference]],
  );
  const { json } = await tenant.api.call<{ purpose: string; outcome: string; trace: { verdict: string; code?: string }[] }>(
    'GET',
    `/api/v1/sign-ins/${reference}`,
  );
  assert.deepEqual([json.purpose, json.outcome], ['sign-out', 'refused']);
  assert.deepEqual(
    json.trace.filter(({ verdict }) => verdict === 'refused').map(({ code }) => code),
    [expected.code],
  );
  for (const secret of expected.secrets ?? [])
    for (const shown of [visit.body, JSON.stringify(json), JSON.stringify(events)])
      assert.ok(!shown.includes(secret), `shows ${secret.slice(0, 40)}`);
  assert.equal(await alive(victim), true, 'the session lives');
}
