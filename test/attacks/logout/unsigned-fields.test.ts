import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Agent } from '../../kit/agent.ts';
import { redirected } from '../../kit/saml/logout.ts';
import { demandFor, obeyed, openStage, type Stage, sloOf } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

it('a RelayState that was added under an escaped name does not go out with our signature (T70)', async () => {
  const victim = await stage.person();
  const query = `${redirected(stage.idp, demandFor(stage, victim))}&Relay%53tate=injected`;
  const visit = await new Agent().get(`${sloOf(stage.saml, stage.acme)}?${query}`);
  assert.doesNotMatch(visit.location ?? '', /injected/);
  await obeyed(victim, visit);
});

const bodies = [
  { logout_token: 5 },
  ['a'],
  { SAMLRequest: { a: 1 } },
  { SAMLResponse: 5 },
  { SAMLRequest: 'x', RelayState: ['a'] },
];
for (const path of ['slo', 'acs', 'backchannel-logout'])
  it(`JSON that is no form is refused at /${path}, and is no fault of ours`, async () => {
    for (const body of bodies) {
      const url = `${stage.acme.url}/sso/${stage.saml.slug}/${path}`;
      const headers = { 'content-type': 'application/json' };
      const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(status >= 400 && status < 500, `${JSON.stringify(body)}: ${status}`);
    }
  });
