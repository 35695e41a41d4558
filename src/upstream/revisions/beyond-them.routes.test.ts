import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  accepted,
  api,
  connected,
  discard,
  patch,
  path,
  refused,
  setUp,
  states,
  step,
  userWith,
  verify,
} from './revisions.fixture.ts';

setUp();

describe('Nobody activates or stages what is beyond them', () => {
  const mapping = [{ external: 'boss', role: 'Full Administrator' }];

  test('a staged grant of somebody with more permissions is not activated by somebody with fewer', async () => {
    const id = await connected();
    const [full, fewer] = [await userWith('Full Administrator'), await userWith('IdP Administrator')];
    accepted(await patch(id, { oidc: { clientId: 'other' }, roleMappings: mapping }, { as: full }), 202);
    await verify(id, 2);
    refused(await step(id, '2/activate', { as: fewer }), 403, 'upstream.beyond_caller');
    refused(await step(id, '2/activate', { as: fewer, body: { override: 'why' } }), 403, 'upstream.beyond_caller');
    assert.equal(accepted(await step(id, '2/activate', { as: full })).revision, 2);
  });

  test('nor staged by somebody with fewer for somebody with more to activate', async () => {
    const id = await connected();
    const fewer = await userWith('IdP Administrator');
    refused(
      await patch(id, { oidc: { clientId: 'other' }, roleMappings: mapping }, { as: fewer }),
      403,
      'upstream.beyond_caller',
    );
    assert.deepEqual(await states(id), ['1 live created']);
    accepted(await patch(id, { oidc: { clientId: 'other' } }), 202);
    refused(await patch(id, { roleMappings: mapping }, { as: fewer }), 403, 'upstream.beyond_caller');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created'], 'nothing of it was written');
  });

  test('nor who has it: a claim that is read anew gives the role anew', async () => {
    const id = await connected({ roleMappings: mapping });
    const fewer = await userWith('IdP Administrator');
    accepted(await patch(id, { branding: { buttonText: 'Acme' } }, { as: fewer }));
    const roles = { claim: 'nick', default: 'boss' };
    refused(await patch(id, { claims: { roles } }, { as: fewer }), 403, 'upstream.beyond_caller');
    assert.deepEqual(await states(id), ['2 live changed', '1 superseded created']);
    assert.ok((await patch(id, { claims: { roles } })).status < 300, 'the control');
  });

  test('nor rolled back to', async () => {
    const id = await connected({ roleMappings: mapping });
    const fewer = await userWith('IdP Administrator');
    accepted(await patch(id, { roleMappings: [] }));
    refused(await step(id, '1/roll-back', { as: fewer }), 403, 'upstream.beyond_caller');
    accepted(await step(id, '1/roll-back'));
  });

  test('somebody without the permission to write does none of it, and reads', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const auditor = await userWith('Auditor');
    for (const rest of ['2/activate', '1/roll-back']) assert.equal((await step(id, rest, { as: auditor })).status, 403);
    assert.equal((await discard(id, 2, auditor)).status, 403);
    assert.equal((await api.call('GET', path(id, '/revisions'), { as: auditor })).status, 200);
    assert.equal((await api.call('GET', path(id, '/revisions/2'), { as: auditor })).status, 200);
    const nobody = await userWith('User');
    assert.equal((await api.call('GET', path(id, '/revisions'), { as: nobody })).status, 403);
  });
});
