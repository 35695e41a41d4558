import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, codeOf } from '../kit/agent.ts';
import type { OidcIdp } from '../kit/oidc/index.ts';
import {
  claimsOf,
  codeFrom,
  type OidcConnection,
  openScene,
  redeem,
  type Scene,
  signInByOidc,
  type TestTenant,
} from '../kit/scene.ts';

let scene: Scene;
let acme: TestTenant;
let idp: OidcIdp;
let count = 0;

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  idp = await scene.startOidcIdp();
});
after(() => scene.close());

function connect(document: Record<string, unknown>): Promise<OidcConnection> {
  count += 1;
  return acme.connectOidc(idp, { slug: `idp-${count}`, name: `Provider ${count}`, ...document });
}

/** One sign-in of this person. @returns the ID token's claims, or the code of the refusal */
async function arrive(
  connection: OidcConnection,
  person: Record<string, unknown>,
): Promise<Record<string, unknown> & { code?: string }> {
  idp.person = { email: `${String(person['sub'])}@acme.example`, email_verified: true, ...person };
  const agent = new Agent();
  const { arrived, asked } = await signInByOidc(agent, acme, connection);
  const code = codeOf(arrived);
  if (code !== undefined) return { code };
  const { json } = await redeem(acme, await codeFrom(agent, arrived), asked);
  return { ...claimsOf(json.id_token) };
}

async function userOf(sub: string): Promise<Record<string, unknown> | undefined> {
  const { json } = await acme.api.call('GET', `/api/v1/users?email=${encodeURIComponent(`${sub}@acme.example`)}`);
  return json.items[0];
}

describe('claims become attributes by rules without code (PRODUCT.md §2)', () => {
  it('joined, split, in lower case, with a default, the first of several, by a pattern; for each attribute', async () => {
    const connection = await connect({
      claims: {
        email: { firstOf: ['mail', 'email'], steps: [{ trim: true }, { lowerCase: true }] },
        userId: { claim: 'sub', steps: [{ removePrefix: 'auth|' }] },
        userPrincipalName: { claim: 'upn', steps: [{ match: '^ACME\\\\(.+)$', with: '$1@acme.example' }] },
        firstName: { claim: 'full', steps: [{ split: ' ' }, { first: true }] },
        lastName: { claim: 'full', steps: [{ match: '\\S+$', take: 0 }] },
        phone: { claim: 'tel', steps: [{ replace: ' ', with: '' }] },
        mobile: { claim: 'cell', default: '+49 0' },
        locale: { claim: 'lang', steps: [{ values: { german: 'de-DE' }, otherwise: 'drop' }], default: 'en-GB' },
        securityId: { claim: 'sid', steps: [{ upperCase: true }] },
        groups: { claim: 'memberOf', steps: [{ match: '^CN=([^,]+)', take: 1 }, { unique: true }] },
        roles: { claim: 'roles_json', steps: [{ parseJson: true }] },
        custom: {
          site: { join: [{ claim: 'country' }, { text: '-' }, { claim: 'city' }] },
          tags: { claim: 'tags', steps: [{ split: ',' }] },
        },
      },
      authentication: {
        enabled: true,
        default: false,
        domains: [],
        userAttribute: 'userId',
        claim: { claim: 'sub', steps: [{ removePrefix: 'auth|' }] },
      },
      groupMappings: [{ external: 'Engineers', group: 'Engineering' }],
      roleMappings: [{ external: 'aud', role: 'Auditor' }],
    });
    const claims = await arrive(connection, {
      sub: 'auth|m1',
      mail: ' Mia@ACME.example ',
      upn: 'ACME\\mia',
      full: 'Mia van Dyck',
      tel: '+49 30 1',
      lang: 'german',
      sid: 's-1',
      memberOf: ['CN=Engineers,OU=x', 'CN=Engineers,OU=y', 'OU=none'],
      roles_json: '["aud"]',
      country: 'DE',
      city: 'Ulm',
      tags: 'a, b',
    });
    assert.deepEqual(claims['groups'], ['Engineering']);
    assert.deepEqual(claims['roles'], ['Auditor']);
    const user = await userOf('mia');
    assert.ok(user);
    const { email, userId, userPrincipalName, firstName, lastName, phone, mobile, locale, securityId, custom } = user;
    assert.deepEqual(
      { email, userId, userPrincipalName, firstName, lastName, phone, mobile, locale, securityId, custom },
      {
        email: 'mia@acme.example',
        userId: 'm1',
        userPrincipalName: 'mia@acme.example',
        firstName: 'Mia',
        lastName: 'Dyck',
        phone: '+49301',
        mobile: '+49 0',
        locale: 'de-DE',
        securityId: 'S-1',
        custom: { site: 'DE-Ulm', tags: ['a', 'b'] },
      },
    );
  });

  it('a match attribute is what its rule makes of the claims', async () => {
    await acme.api.call('POST', '/api/v1/users', { email: 'nora@acme.example', firstName: 'Nora' });
    const matchAttributes = { firstName: { claim: 'full', steps: [{ split: ' ' }, { first: true }] } };
    const authentication = {
      enabled: true,
      default: false,
      domains: [],
      userAttribute: 'email',
      claim: 'email',
      matchAttributes,
    };
    const connection = await connect({ users: { create: false, update: false }, authentication });
    assert.equal((await arrive(connection, { sub: 'nora', full: 'Eve Other' })).code, 'admission.attribute_mismatch');
    assert.equal((await arrive(connection, { sub: 'nora', full: 'Nora Other' })).code, undefined);
  });

  it('a rule that cannot be is refused with all its faults and where they are', async () => {
    const { status, json } = await acme.api.call('POST', '/api/v1/identity-providers', {
      kind: 'oidc',
      name: 'Broken',
      oidc: { clientId: 'c', clientSecret: 'a-secret', issuer: idp.issuer },
      claims: {
        email: { claim: 'a', firstOf: ['b'] },
        firstName: { claim: 'a', steps: [{ match: '(' }] },
        custom: { x: { join: [] } },
      },
      access: { mode: 'rules', rules: [] },
      authentication: { claim: { claim: 'email', default: 'ceo@acme.example' } },
    });
    assert.equal(status, 422);
    assert.deepEqual(json.errors.map(({ pointer, code }) => `${code} at ${pointer}`).sort(), [
      'not_verified at /authentication/claim/default',
      'pattern_invalid at /claims/firstName/steps/0/match',
      'required at /access/rules',
      'source_ambiguous at /claims/email',
      'too_small at /claims/custom/x/join',
    ]);
  });
});

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

describe('groups and roles that came, came empty, did not come, or are incomplete (PRODUCT.md §3)', () => {
  const overage = {
    groups: undefined,
    _claim_names: { groups: 's', roles: 's' },
    _claim_sources: { s: { endpoint: 'https://evil.example' } },
  };
  const rows: { name: string; whenMissing: Record<string, string>; then: Record<string, unknown>; kept: boolean }[] = [
    { name: 'an empty list takes them away', whenMissing: {}, then: { groups: [], roles: [] }, kept: false },
    { name: 'a list that did not come leaves them', whenMissing: {}, then: {}, kept: true },
    {
      name: 'a list that did not come takes them away, where that is said',
      whenMissing: { groups: 'empty', roles: 'empty' },
      then: {},
      kept: false,
    },
    { name: 'an incomplete list leaves them', whenMissing: {}, then: overage, kept: true },
    {
      name: 'an incomplete list leaves them, whatever a missing one means',
      whenMissing: { groups: 'empty', roles: 'empty' },
      then: overage,
      kept: true,
    },
  ];
  for (const [index, { name, whenMissing, then, kept }] of rows.entries()) {
    it(name, async () => {
      await acme.api.call('POST', '/api/v1/roles', { name: 'Plant Lead' });
      await acme.api.call('POST', '/api/v1/groups', { name: 'Staff' });
      const connection = await connect({ whenMissing, groupMappings: [{ external: 's', group: 'Staff' }] });
      const sub = `kept-${index}`;
      const first = await arrive(connection, { sub, groups: ['s'], roles: ['Plant_Lead'] });
      assert.deepEqual([first['groups'], first['roles']], [['Staff'], ['Plant Lead']]);
      const second = await arrive(connection, { sub, ...then });
      assert.deepEqual([second['groups'], second['roles']], kept ? [['Staff'], ['Plant Lead']] : [[], []]);
    });
  }
  it('a filter leaves values out before they are mapped', async () => {
    await acme.api.call('POST', '/api/v1/groups', { name: 'eng-core' });
    const connection = await connect({
      groupFilter: { include: [{ matches: 'eng-.*' }, 'ops'], exclude: ['eng-old'] },
      groupMappings: [
        { external: 'ops', group: 'Operations' },
        { external: 'eng-old', group: 'Old' },
        { external: 'hr', group: 'People' },
      ],
    });
    const claims = await arrive(connection, { sub: 'fay', groups: ['eng-core', 'ops', 'eng-old', 'hr', 'x-eng-core'] });
    assert.deepEqual(claims['groups'], ['Operations', 'eng-core']);
  });
  it('roles: all values, or what the first that means a role stands for', async () => {
    await acme.api.call('POST', '/api/v1/roles', { name: 'Clerk' });
    const roleMappings = [
      { external: 'both', role: 'Clerk' },
      { external: 'both', role: 'Auditor' },
    ];
    for (const [roleSync, is] of [
      ['all', ['Auditor', 'Clerk', 'Plant Lead']],
      ['first', ['Auditor', 'Clerk']],
    ] as const) {
      const connection = await connect({ roleSync, roleMappings });
      const claims = await arrive(connection, { sub: `roles-${roleSync}`, roles: ['unknown', 'both', 'Plant_Lead'] });
      assert.deepEqual(claims['roles'], is);
    }
  });
});

interface Seen {
  items: {
    external: string;
    label: string | null;
    state: string;
    groups: string[];
    suggestion: { name: string } | null;
    times: number;
  }[];
  next: string | null;
}

describe('groups that were seen and are not mapped (PRODUCT.md §2)', () => {
  let connection: OidcConnection;
  const seen = async (query = '') =>
    (await acme.api.call<Seen>('GET', `/api/v1/identity-providers/${connection.id}/groups-seen${query}`)).json;

  before(async () => {
    connection = await connect({
      groupMappings: [{ external: 'a1', label: 'Builders (Entra)', group: 'Builders' }],
      access: { mode: 'rules', rules: [{ claim: 'in', operator: 'exists' }] },
    });
    await acme.api.call('POST', '/api/v1/groups', { name: 'Welders' });
    await arrive(connection, { sub: 'lea', in: 1, groups: ['a1', 'b2', 'welders'] });
    await arrive(connection, { sub: 'lea', in: 1, groups: ['b2'] });
    await arrive(connection, { sub: 'max', groups: ['c3'] });
  });

  it('are listed with what they stand for, also those of whom the gate turned away', async () => {
    const { items } = await seen();
    assert.deepEqual(
      items.map(({ external, label, state, groups, suggestion }) => ({
        external,
        label,
        state,
        groups,
        suggestion: suggestion?.name ?? null,
      })),
      [
        { external: 'a1', label: 'Builders (Entra)', state: 'mapped', groups: ['Builders'], suggestion: null },
        { external: 'b2', label: null, state: 'unmapped', groups: [], suggestion: null },
        { external: 'c3', label: null, state: 'unmapped', groups: [], suggestion: null },
        { external: 'welders', label: null, state: 'by-name', groups: [], suggestion: 'Welders' },
      ],
    );
    assert.equal(items.find(({ external }) => external === 'b2')?.times, 2);
  });
  it('are found by state and by part of value, label or group, page by page', async () => {
    assert.deepEqual(
      (await seen('?state=unmapped')).items.map(({ external }) => external),
      ['b2', 'c3'],
    );
    assert.deepEqual(
      (await seen('?q=BUILD')).items.map(({ external }) => external),
      ['a1'],
    );
    const first = await seen('?limit=3');
    assert.deepEqual(
      first.items.map(({ external }) => external),
      ['a1', 'b2', 'c3'],
    );
    assert.deepEqual(
      (await seen(`?limit=3&cursor=${first.next}`)).items.map(({ external }) => external),
      ['welders'],
    );
  });
  it('are mapped with one click, which is a revision like any other', async () => {
    const path = `/api/v1/identity-providers/${connection.id}`;
    const before = await acme.api.call<{ revision: number }>('GET', path);
    const mapped = await acme.api.call('POST', `${path}/groups-seen/map`, {
      external: 'b2',
      label: 'Night shift',
      group: 'Shift',
    });
    assert.equal(mapped.status, 200, JSON.stringify(mapped.json));
    const after = await acme.api.call<{ revision: number; groupMappings: unknown[] }>('GET', path);
    assert.equal(after.json.revision, before.json.revision + 1);
    assert.deepEqual(after.json.groupMappings, [
      { external: 'a1', label: 'Builders (Entra)', group: 'Builders' },
      { external: 'b2', label: 'Night shift', group: 'Shift' },
    ]);
    assert.deepEqual((await seen('?q=b2')).items[0]?.groups, ['Shift']);
    assert.deepEqual((await arrive(connection, { sub: 'lea', in: 1, groups: ['b2'] }))['groups'], ['Shift']);
  });
  it('have a label that can be changed, once they are mapped', async () => {
    const path = `/api/v1/identity-providers/${connection.id}/groups-seen/label`;
    assert.equal((await acme.api.call('POST', path, { external: 'a1', label: 'Builders' })).status, 200);
    assert.equal((await seen('?q=a1')).items[0]?.label, 'Builders');
    assert.equal((await acme.api.call('POST', path, { external: 'a1', label: null })).status, 200);
    assert.equal((await seen('?q=a1')).items[0]?.label, null);
    const refused = await acme.api.call('POST', path, { external: 'c3', label: 'x' });
    assert.deepEqual([refused.status, refused.json.code], [409, 'upstream.group_not_mapped']);
  });
  it('are nobody’s of another provider, and go with theirs', async () => {
    const other = await connect({});
    const { json } = await acme.api.call<Seen>('GET', `/api/v1/identity-providers/${other.id}/groups-seen`);
    assert.deepEqual(json.items, []);
    const gone = await acme.api.call('GET', '/api/v1/identity-providers/idp_nobody/groups-seen');
    assert.deepEqual([gone.status, gone.json.code], [404, 'upstream.connection_unknown']);
    assert.equal((await acme.api.call('DELETE', `/api/v1/identity-providers/${connection.id}`)).status, 204);
    assert.equal((await acme.api.call('GET', `/api/v1/identity-providers/${connection.id}/groups-seen`)).status, 404);
  });
});
