import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alive, signInAs, sloOf } from '../attacks/logout/stage.ts';
import { Agent, codeOf, type Visit } from '../kit/agent.ts';
import { type CertifiedKey, makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp } from '../kit/saml/idp.ts';
import { demandXml, posted, readLogout, redirected } from '../kit/saml/logout.ts';
import type { SamlConnection } from '../kit/scene.ts';
import { acme, asked, connect, forgetAsked, idp, metadataUrl, newKey, oldKey, publish, setUp } from './rollover.fixture.ts';

setUp();

const signing = (keys: CertifiedKey) => createSamlIdp({ ...idp, keys });

describe('A provider that has begun to sign with a new key signs people out by it', () => {
  const bindings: Record<string, (connection: SamlConnection, nameId: string, keys: CertifiedKey) => Promise<Visit>> = {
    redirect: (connection, nameId, keys) => {
      const url = sloOf(connection, acme);
      return new Agent().get(`${url}?${redirected(signing(keys), demandXml(signing(keys), { to: url, nameId }))}`);
    },
    post: (connection, nameId, keys) => {
      const url = sloOf(connection, acme);
      return new Agent().post(url, posted(signing(keys), demandXml(signing(keys), { to: url, nameId })));
    },
  };
  for (const [binding, demand] of Object.entries(bindings)) {
    it(`by ${binding}: what it publishes is read once more, once; a stranger’s key stays one`, async () => {
      publish(signing(oldKey).metadata());
      const connection = await connect(`by-${binding}`, { metadataUrl, sloUrl: 'https://idp.acme.example/slo' });
      const victim = await signInAs({ tenant: acme, saml: connection }, `person-${binding}`);
      publish(signing(newKey).metadata());
      forgetAsked();
      const stranger = await demand(connection, victim.nameId, makeCertifiedKey());
      assert.deepEqual([codeOf(stranger), await alive(victim)], ['xml.signature_value', true]);
      const visit = await demand(connection, victim.nameId, newKey);
      assert.equal(readLogout({ url: visit.location ?? 'about:blank' }).kind, 'LogoutResponse');
      assert.deepEqual([await alive(victim), asked], [false, 1]);
    });
  }
});
