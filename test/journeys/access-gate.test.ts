import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acme, arrive, connect, setUp, userOf } from './admission.fixture.ts';

setUp();

describe('an access gate by claim or group (PRODUCT.md §2)', () => {
  it('lets in whom its rules fit, and makes or changes nobody else', async () => {
    const access = {
      mode: 'rules',
      match: 'any',
      rules: [{ group: 'Board' }, { claim: 'department', operator: 'equals', values: ['R&D'] }],
    };
    const connection = await connect({ access, groupSync: 'none' });
    assert.equal((await arrive(connection, { sub: 'gina', groups: ['Sales'] })).code, 'admission.not_allowed');
    assert.equal(await userOf('gina'), undefined);
    assert.equal((await arrive(connection, { sub: 'gina', groups: ['Sales', 'Board'], given_name: 'Gina' })).code, undefined);
    assert.equal((await arrive(connection, { sub: 'gina', department: 'R&D', given_name: 'Gina' })).code, undefined);
    // Known and linked by now: the gate goes before the link.
    assert.equal((await arrive(connection, { sub: 'gina', given_name: 'Other' })).code, 'admission.not_allowed');
    assert.equal((await userOf('gina'))?.['firstName'], 'Gina');
  });
  it('all of the rules, where that is said', async () => {
    const rules = [
      { claim: 'department', operator: 'contains', values: ['R'] },
      { claim: 'badge', operator: 'exists' },
    ];
    const connection = await connect({ access: { mode: 'rules', match: 'all', rules } });
    assert.equal((await arrive(connection, { sub: 'hal', department: 'R&D' })).code, 'admission.not_allowed');
    assert.equal((await arrive(connection, { sub: 'hal', department: 'R&D', badge: 7 })).code, undefined);
  });
  it('an incomplete list of groups cannot say that somebody is in none: it is refused with its own code', async () => {
    const connection = await connect({ access: { mode: 'rules', rules: [{ group: 'Board' }] } });
    const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://evil.example/groups' } } };
    assert.equal((await arrive(connection, { sub: 'ivo', ...overage })).code, 'admission.access_unknown');
    assert.equal(await userOf('ivo'), undefined);
  });
  it('is told in the trace with each rule and its verdict', async () => {
    const connection = await connect({
      access: { mode: 'rules', rules: [{ group: 'Board' }, { claim: 'level', operator: 'exists' }] },
    });
    assert.equal((await arrive(connection, { sub: 'jana' })).code, 'admission.not_allowed');
    const { json } = await acme.api.call<{ items: { reference: string }[] }>('GET', '/api/v1/sign-ins?limit=1');
    const found = await acme.api.call<{ trace: { step: string; received: unknown }[] }>(
      'GET',
      `/api/v1/sign-ins/${json.items[0]?.reference}`,
    );
    const line = found.json.trace.find(({ step }) => step === 'admission.access');
    assert.deepEqual(line?.received, ['in group Board: does not fit', 'level exists: does not fit']);
  });
});
