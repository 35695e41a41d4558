import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSamlIdp } from '../../kit/saml/idp.ts';
import type { SamlConnection, TestTenant } from '../../kit/scene.ts';
import { eventsAfter, isSignedIn, refused, signsIn, stateOf } from '../oracles.ts';
import {
  accept,
  acmeIdp,
  answerTo,
  begin,
  deliver,
  openStage,
  type Stage,
  secretsOf,
  VICTIM,
  VICTIM_EMAIL,
  type Waiting,
} from './stage.ts';

const attributes = { email: VICTIM_EMAIL, givenName: 'Eve', sn: 'Evans', groups: [], roles: [] };
let stage: Stage;
let globex: TestTenant;
let theirs: Record<'impostor' | 'own' | 'shared', SamlConnection>;
/** A second connection of acme, with keys of its own. */
let sister: SamlConnection;

before(async () => {
  stage = await openStage();
  sister = await stage.acme.connectSaml(
    createSamlIdp({ entityId: 'https://sister.acme.example/saml', ssoUrl: 'https://sister.acme.example/sso' }),
    { slug: 'sister' },
  );
  globex = await stage.scene.addTenant('globex');
  const own = createSamlIdp({ entityId: 'https://idp.globex.example/saml', ssoUrl: 'https://idp.globex.example/sso' });
  theirs = {
    impostor: await globex.connectSaml(acmeIdp(), { slug: 'impostor' }),
    own: await globex.connectSaml(own, { slug: 'own' }),
    // A provider in the cloud that signs for both with one key.
    shared: await globex.connectSaml(stage.saml.idp, { slug: 'saml' }),
  };
});
after(() => stage.close());

/** An answer to this sign-in, as another provider signs it. */
function answerBy(connection: SamlConnection, waiting: Waiting): string {
  const { acsUrl, spEntityId } = waiting.connection;
  return answerTo(
    { ...waiting, connection: { ...waiting.connection, idp: connection.idp } },
    {
      change: { nameId: VICTIM, attributes, to: { acsUrl, spEntityId, inResponseTo: waiting.id } },
    },
  );
}

/** The browser’s secret at B, set at A as well: whoever owns the browser can. */
function plant({ agent }: Waiting): void {
  const origin = new URL(globex.url).origin;
  agent.setCookie(origin, 'sallyport-browser.acme', agent.cookie(origin, 'browser.globex') ?? '');
}

describe('another tenant’s provider vouches for nobody here (T5)', () => {
  accept(
    () => stage,
    [
      {
        name: 'at the other tenant, by the same issuer',
        tenant: () => globex,
        connection: () => theirs.impostor,
        change: { nameId: 'gina', attributes: { email: 'gina@globex.example' } },
      },
      {
        name: 'at the other tenant, by its own issuer',
        tenant: () => globex,
        connection: () => theirs.own,
        change: { nameId: 'gus', attributes: { email: 'gus@globex.example' } },
      },
    ],
  );

  const whose = [
    ['the same issuer', 'impostor', 'xml.signature_value'],
    ['its own issuer', 'own', 'saml.issuer_mismatch'],
  ] as const;
  for (const [name, who, code] of whose) {
    it(`signed by tenant B, ${name}, in answer to A’s request: ${code}`, async () => {
      const waiting = await begin(stage.acme, stage.saml);
      const answer = answerBy(theirs[who], waiting);
      await refused(waiting, { code, secrets: secretsOf(waiting, answer) }, () => deliver(waiting, answer));
      assert.equal(await isSignedIn(waiting), false);
    });

    it(`signed by tenant B, ${name}, in answer to B’s request, posted to A: sign_in.attempt_unknown`, async () => {
      const waiting = await begin(globex, theirs[who]);
      plant(waiting);
      const answer = answerTo(waiting, { change: { nameId: VICTIM, attributes } });
      const there = await stateOf(globex);
      const place = { tenant: stage.acme, agent: waiting.agent };
      await refused(place, { code: 'sign_in.attempt_unknown', secrets: secretsOf(waiting, answer) }, () =>
        deliver(waiting, answer, { acsUrl: stage.saml.acsUrl }),
      );
      assert.equal(await isSignedIn(place), false);
      assert.deepEqual(await eventsAfter(globex, there.sequence), []);
    });
  }

  it('one provider and key for both: B’s answer posted to A counts at B alone', async () => {
    const waiting = await begin(globex, theirs.shared);
    plant(waiting);
    const answer = answerTo(waiting, { change: { nameId: VICTIM, attributes } });
    const place = { tenant: stage.acme, agent: waiting.agent };
    await refused(place, { code: 'sign_in.attempt_unknown' }, () => deliver(waiting, answer, { acsUrl: stage.saml.acsUrl }));
    assert.equal(await isSignedIn(place), false);
    const claims = await signsIn(waiting, { arrived: await deliver(waiting, answer), asked: waiting.asked });
    assert.equal(claims['iss'], globex.url);
    assert.equal(await isSignedIn(place), false, 'a session at B is none at A');
  });

  it('one provider and key for both: an assertion made for B in answer to A’s request: refused by recipient', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerTo(waiting, {
      change: {
        nameId: VICTIM,
        attributes,
        response: { destination: stage.saml.acsUrl },
        to: { acsUrl: theirs.shared.acsUrl, spEntityId: theirs.shared.spEntityId, inResponseTo: waiting.id },
      },
    });
    await refused(waiting, { code: 'saml.recipient_mismatch' }, () => deliver(waiting, answer));
    assert.equal(await isSignedIn(waiting), false);
  });
});

describe('another provider of the same tenant vouches only for its own (T5, mix-up)', () => {
  it('signed by the sister, in answer to a request to the first: saml.issuer_mismatch', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await refused(waiting, { code: 'saml.issuer_mismatch' }, () => deliver(waiting, answerBy(sister, waiting)));
    assert.equal(await isSignedIn(waiting), false);
  });

  it('signed by the sister in the first’s name: xml.signature_value', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const signing = { key: sister.idp.keys.privateKey, certificateBase64: sister.idp.keys.certificateBase64 };
    await refused(waiting, { code: 'xml.signature_value' }, () =>
      deliver(waiting, answerTo(waiting, { change: { nameId: VICTIM, signing } })),
    );
    assert.equal(await isSignedIn(waiting), false);
  });

  it('the sister’s answer to the first’s request, posted to the sister: sign_in.other_connection', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    const answer = answerBy(sister, { ...waiting, connection: sister });
    await refused(waiting, { code: 'sign_in.other_connection' }, () => deliver(waiting, answer, { acsUrl: sister.acsUrl }));
    assert.equal(await isSignedIn(waiting), false);
  });

  it('the first’s answer, posted to the sister: sign_in.other_connection', async () => {
    const waiting = await begin(stage.acme, stage.saml);
    await refused(waiting, { code: 'sign_in.other_connection' }, () =>
      deliver(waiting, answerTo(waiting, {}), { acsUrl: sister.acsUrl }),
    );
    assert.equal(await isSignedIn(waiting), false);
  });

  it('the sister cannot name the first’s people: the same NameID is not the same person', async () => {
    const waiting = await begin(stage.acme, sister);
    const answer = answerTo(waiting, { change: { nameId: VICTIM, attributes: { email: 'somebody@else.example' } } });
    await refused(waiting, { code: 'admission.account_exists' }, () => deliver(waiting, answer));
    assert.equal(await isSignedIn(waiting), false);
  });
});
