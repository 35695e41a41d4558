import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openStore, type Store } from '#sql/store.ts';
import { alive, BINDINGS, bring, demandFor, obeyed, openStage, type Stage, signInAs, type Victim } from './stage.ts';

let stage: Stage;
let store: Store;
before(async () => {
  stage = await openStage();
  store = openStore(stage.scene.gateway.database);
});
after(async () => {
  await store.close();
  await stage.close();
});

/** As if the master key that sealed it had left the ring. */
const SEALED_LONG_AGO = 'v1.goneaway.AAAA.AAAA';

/** Two browsers of one person; what was kept of the first one's session at the provider cannot be read any more. */
async function withUnreadable(): Promise<[unreadable: Victim, other: Victim]> {
  const first = await stage.person();
  await store.db().updateTable('sessions').set({ sealed_upstream: SEALED_LONG_AGO }).execute();
  return [first, await signInAs({ tenant: stage.acme, saml: stage.saml }, first.nameId, `${first.index}-other`)];
}

describe('a session that cannot be unsealed keeps nobody signed in', () => {
  for (const which of [0, 1] as const) {
    it(`a person signs out of ${['that one', 'another one'][which]}`, async () => {
      const people = await withUnreadable();
      const visit = await people[which].agent.post(`${stage.acme.url}/sign-out`, { answer: 'yes' });
      assert.ok(visit.status < 400, `${visit.status}`);
      assert.deepEqual([await alive(people[0]), await alive(people[1])], which === 0 ? [false, true] : [true, false]);
    });
  }
  for (const binding of BINDINGS) {
    it(`a provider’s demand by ${binding} ends the session that it names, and the one of which nobody can tell`, async () => {
      const [unreadable, other] = await withUnreadable();
      await obeyed(other, await bring(stage, binding, demandFor(stage, other)));
      assert.equal(await alive(unreadable), false);
    });
    it(`a provider’s demand by ${binding} for the person alone ends it`, async () => {
      const [unreadable] = await withUnreadable();
      await obeyed(unreadable, await bring(stage, binding, demandFor(stage, unreadable, { indexes: [] })));
    });
  }
});
