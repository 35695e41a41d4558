import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ApplicationId } from '#kernel/ids.ts';
import { openKeyring } from '#sql/keyring.ts';
import type { Application } from './application.ts';
import { createApplicationStore } from './applications.sql.ts';
import { acme, globex, now, setUp, store } from './artifacts.fixture.ts';

setUp();

describe('The store of applications', () => {
  const crm: Application = {
    id: 'app_crm' as ApplicationId,
    name: 'CRM',
    kind: 'confidential',
    redirectUris: ['https://crm.example/'],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code'],
    tokenEndpointAuthMethod: 'client_secret_basic',
    jwks: null,
    firstParty: true,
    scopes: ['openid'],
    initiateLoginUri: null,
    launchUrls: [],
    enabled: true,
    createdAt: now,
    updatedAt: now,
  };
  const open = () => createApplicationStore({ store, keyring: openKeyring(['a master key of more than 32 characters']) });
  beforeEach(() => store.db().deleteFrom('applications').execute());

  it('gives back what was put, its secret unsealed, under its own tenant only', async () => {
    await open().insert(acme, crm, 'a-secret');
    assert.deepEqual(await open().find(acme, crm.id), { application: crm, secret: 'a-secret' });
    assert.equal(await open().find(globex, crm.id), undefined);
    assert.ok(!JSON.stringify(await store.db().selectFrom('applications').selectAll().execute()).includes('a-secret'));
  });

  it('keeps, renews and removes the secret', async () => {
    const applications = open();
    await applications.insert(acme, crm, 'a-secret');
    await applications.update(acme, { ...crm, name: 'Sales' });
    assert.deepEqual(await applications.find(acme, crm.id), { application: { ...crm, name: 'Sales' }, secret: 'a-secret' });
    await applications.update(acme, crm, 'another');
    assert.equal((await applications.find(acme, crm.id))?.secret, 'another');
    await applications.update(acme, crm, null);
    assert.equal((await applications.find(acme, crm.id))?.secret, null);
    assert.deepEqual(
      [
        await applications.remove(globex, crm.id),
        await applications.remove(acme, crm.id),
        await applications.remove(acme, crm.id),
      ],
      [false, true, false],
    );
  });

  it('does not open a secret that was moved to another application', async () => {
    const applications = open();
    await applications.insert(acme, crm, 'a-secret');
    await applications.insert(acme, { ...crm, id: 'app_wiki' as ApplicationId }, 'wiki-secret');
    assert.equal((await applications.find(acme, crm.id))?.secret, 'a-secret');
    const { sealed_secret: moved } = await store
      .db()
      .selectFrom('applications')
      .selectAll()
      .where('id', '=', 'app_crm')
      .executeTakeFirstOrThrow();
    await store.db().updateTable('applications').set({ sealed_secret: moved }).where('id', '=', 'app_wiki').execute();
    await assert.rejects(applications.find(acme, 'app_wiki' as ApplicationId));
  });
});
