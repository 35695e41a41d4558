import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newId, type UserId } from '#kernel/ids.ts';
import { isProblem } from '#kernel/problem.ts';
import { acme, given, groups, person, setUp, tie, users } from './users-stored.fixture.ts';

setUp();

describe('A user', () => {
  test('is found again exactly as inserted', async () => {
    const ana = person({
      email: 'Ana@Acme.example',
      emailVerified: true,
      userId: '4711',
      userPrincipalName: 'ana@acme.example',
      status: 'invited',
      profile: { phone: '+49 30 1', firstName: 'Ana', custom: { costCentre: 'R&D "1"', numbers: [1, 2] } },
      lastSignInAt: given.world.now(),
    });
    assert.equal(await users.insert(acme, ana), 'inserted');
    assert.deepEqual(await users.find(acme, ana.id), ana);
    assert.deepEqual(await users.list(acme, { limit: 10 }), [ana]);
  });

  test('belongs to one tenant: no other finds, changes, lists or removes them', async () => {
    const ana = person({ email: 'ana@acme.example', userId: '4711' });
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    const { globex } = given;
    assert.equal(await users.find(globex, ana.id), undefined);
    assert.equal(await users.findByAttribute(globex, 'email', 'ana@acme.example'), undefined);
    assert.equal(await users.findByLink(globex, tie(ana.id)), undefined);
    assert.equal(await users.findPerson(globex, ana.id), undefined);
    assert.equal(await users.update(globex, { ...ana, status: 'disabled' }), 'gone');
    assert.deepEqual(await users.list(globex, { limit: 10 }), []);
    assert.equal(await users.remove(globex, ana.id), false);
    assert.deepEqual(await users.find(acme, ana.id), ana);
    assert.equal(
      await users.insert(globex, { ...ana, id: newId('usr', given.world) }),
      'inserted',
      'the same person may be in both',
    );
  });

  test('is noted to have signed in, and is otherwise as before; not one whom an administrator has shut out, nor another tenant’s', async () => {
    const ana = person({ email: 'ana@acme.example' });
    await users.insert(acme, ana);
    const at = new Date(given.world.now().getTime() + 60_000);
    assert.equal(await users.noteSignIn(acme, ana.id, at), 'updated');
    assert.deepEqual(await users.find(acme, ana.id), { ...ana, lastSignInAt: at });
    assert.equal(await users.noteSignIn(given.globex, ana.id, at), 'gone');
    await users.setStatus(acme, ana.id, { status: 'disabled', updatedAt: at });
    assert.equal(await users.noteSignIn(acme, ana.id, new Date(at.getTime() + 1)), 'gone');
    assert.deepEqual((await users.find(acme, ana.id))?.lastSignInAt, at);
  });

  test('has an e-mail address that is unique in the tenant and found without regard to case', async () => {
    const ana = person({ email: 'Zoë.Ana@ACME.example' });
    await users.insert(acme, ana);
    assert.equal(await users.insert(acme, person({ email: 'zoë.ana@acme.EXAMPLE' })), 'taken');
    assert.equal(
      await users.insert(acme, person({ email: 'zoe\u0308.ana@acme.example' })),
      'taken',
      'composed and decomposed are one',
    );
    assert.equal((await users.findByAttribute(acme, 'email', 'ZOË.ana@acme.example'))?.id, ana.id);
    assert.equal((await users.list(acme, { limit: 5, email: 'zoË.ana@acme.example' }))[0]?.id, ana.id);
  });

  test('is not found by an address that only folding makes equal: Kelvin sign for k', async () => {
    await users.insert(acme, person({ email: 'mike@acme.example' }));
    assert.ok(await users.findByAttribute(acme, 'email', 'MIKE@acme.example'));
    assert.equal(await users.findByAttribute(acme, 'email', 'mi\u212ae@acme.example'), undefined);
    assert.equal(await users.insert(acme, person({ email: 'mi\u212ae@acme.example' })), 'inserted');
  });

  for (const attribute of ['userId', 'userPrincipalName'] as const) {
    test(`is found by ${attribute} exactly, case and all; it is unique`, async () => {
      const ana = person({ [attribute]: 'A-1' });
      await users.insert(acme, ana);
      assert.equal((await users.findByAttribute(acme, attribute, 'A-1'))?.id, ana.id);
      assert.equal(await users.findByAttribute(acme, attribute, 'a-1'), undefined);
      assert.equal(await users.insert(acme, person({ [attribute]: 'A-1' })), 'taken');
    });
  }

  for (const attribute of ['phone', 'mobile', 'firstName', 'lastName', 'locale', 'securityId'] as const) {
    test(`is found by ${attribute} of the profile, exactly`, async () => {
      const ana = person({ profile: { [attribute]: '50%_"x\\', custom: {} } });
      await users.insert(acme, ana);
      await users.insert(acme, person({ profile: { [attribute]: '50%_"X\\', custom: {} } }));
      await users.insert(acme, person({ profile: { custom: { [attribute]: '50%_"x\\' } } }));
      assert.equal((await users.findByAttribute(acme, attribute, '50%_"x\\'))?.id, ana.id);
      assert.equal(await users.findByAttribute(acme, attribute, '50%'), undefined);
      assert.equal(await users.findByAttribute(acme, attribute, '%'), undefined);
    });
  }

  test('is not guessed when two have the same attribute', async () => {
    await users.insert(acme, person({ profile: { phone: '1', custom: {} } }));
    await users.insert(acme, person({ profile: { phone: '1', custom: {} } }));
    await assert.rejects(users.findByAttribute(acme, 'phone', '1'), (error) => isProblem(error, 'directory.attribute_ambiguous'));
  });

  test('is not found by nothing, and text that no engine keeps finds nobody and is refused', async () => {
    await users.insert(acme, person());
    assert.equal(await users.findByAttribute(acme, 'email', ''), undefined);
    assert.equal(await users.findByAttribute(acme, 'userId', 'a\u0000b'), undefined);
    assert.equal(await users.find(acme, 'usr_\u0000' as UserId), undefined);
    await assert.rejects(users.insert(acme, person({ userId: 'a\u0000b' })), (error) =>
      isProblem(error, 'directory.text_unstorable'),
    );
  });

  test('is changed, but not into somebody else, and the running transaction goes on', async () => {
    const ana = person({ email: 'ana@acme.example', userId: '1', userPrincipalName: 'ana' });
    const ben = person({ email: 'ben@acme.example', userId: '2', userPrincipalName: 'ben' });
    await users.insert(acme, ana);
    await users.insert(acme, ben);
    assert.equal(await users.update(acme, { ...ana, email: 'ANA@acme.example', status: 'invited' }), 'updated');
    await given.store.transact(async () => {
      assert.equal(await users.update(acme, { ...ana, email: 'Ben@acme.example' }), 'taken');
      assert.equal(await users.update(acme, { ...ana, userId: '2' }), 'taken');
      assert.equal(await users.update(acme, { ...ana, userPrincipalName: 'ben' }), 'taken');
      assert.equal(await users.insert(acme, person({ email: 'ben@acme.example' })), 'taken');
      assert.equal(await users.update(acme, { ...ana, email: 'ana2@acme.example' }), 'updated');
    });
    assert.equal((await users.find(acme, ana.id))?.email, 'ana2@acme.example');
    assert.equal(await users.update(acme, person()), 'gone');
  });

  test('is removed with links and memberships', async () => {
    const ana = person();
    await users.insert(acme, ana);
    await users.link(acme, tie(ana.id));
    const group = { id: newId<never>('grp', given.world), name: 'Engineering', description: '' };
    await groups.insert(acme, group);
    await groups.setMemberships(acme, ana.id, 'manual', [group.id], 'add');
    assert.equal(await users.remove(acme, ana.id), true);
    assert.equal(await users.remove(acme, ana.id), false);
    for (const table of ['links', 'group_members'] as const) {
      assert.deepEqual(await given.store.db().selectFrom(table).selectAll().execute(), []);
    }
  });

  test('is listed in pages, each once', async () => {
    for (let index = 0; index < 7; index++) await users.insert(acme, person());
    const first = await users.list(acme, { limit: 4 });
    const second = await users.list(acme, { limit: 4, after: first.at(-1)?.id });
    assert.equal(first.length, 4);
    assert.equal(second.length, 3);
    assert.equal(new Set([...first, ...second].map(({ id }) => id)).size, 7);
  });
});
