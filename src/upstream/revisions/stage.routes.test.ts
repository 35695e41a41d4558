import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import {
  accepted,
  api,
  connected,
  discard,
  get,
  last,
  needs,
  oidc,
  override,
  patch,
  path,
  pointers,
  refused,
  settingsOf,
  setUp,
  states,
  step,
  trustOf,
  verify,
} from './revisions.fixture.ts';

setUp();

const certificates = [makeCertifiedKey().certificatePem, makeCertifiedKey().certificatePem] as const;
const saml = {
  issuer: 'https://idp.acme.example/saml',
  ssoUrl: 'https://idp.acme.example/sso',
  verificationCertificates: [certificates[0]],
};

describe('A new identity provider', () => {
  test('is a draft unless it says that it is on', async () => {
    const made = await api.call('POST', '/identity-providers', { body: { kind: 'oidc', name: 'Acme', oidc } });
    const { enabled, verified, staged } = accepted(made, 201);
    assert.deepEqual([enabled, verified, staged], [false, false, null]);
    assert.deepEqual(await states(made.body.id), ['1 draft created']);
    assert.deepEqual(await needs.connections.listUsable(api.acme), []);
  });

  test('that is on from the start is told as switched on unverified', async () => {
    const id = await connected();
    assert.deepEqual(await states(id), ['1 live created']);
    const [entry] = await last();
    assert.equal(Object(entry?.after).verified, false);
    assert.match(Object(entry?.after).override, /as it was made/);
    const body = { kind: 'oidc', name: 'Other', enabled: true, oidc };
    await api.call('POST', '/identity-providers?override=moved+from+the+old+gateway', { body });
    assert.equal(Object((await last())[0]?.after).override, 'moved from the old gateway');
  });
});

describe('A sensitive change of a provider that is on', () => {
  test('is staged: told in the answer, and nothing changes for people', async () => {
    const id = await connected();
    const answer = await patch(id, { name: 'Acme 2', oidc: { clientId: 'other' } });
    const shown = accepted(answer, 202);
    assert.deepEqual([shown.name, shown.oidc['clientId'], shown.revision], ['Acme', 'sallyport', 1], 'the live document');
    assert.equal(answer.headers['etag'], '"2"', 'a change would build on what is staged');
    assert.deepEqual([shown.staged?.revision, shown.staged?.verified], [2, false]);
    assert.deepEqual(
      shown.staged?.differences.map(({ pointer, before, after, sensitive }) => [pointer, before, after, sensitive]),
      [
        ['/name', 'Acme', 'Acme 2', false],
        ['/oidc/clientId', 'sallyport', 'other', true],
      ],
    );
    assert.deepEqual(await get(id), shown);
    assert.equal((await settingsOf(id))['clientId'], 'sallyport');
    assert.deepEqual(await states(id), ['2 staged changed', '1 live created']);
    const [entry] = await last();
    assert.deepEqual(
      [entry?.action, Object(entry?.after).revision, Object(entry?.before).name],
      ['identity-provider.staged', 2, 'Acme'],
    );
  });

  test('has its faults told as any other, and stages nothing then', async () => {
    const id = await connected();
    refused(await patch(id, { oidc: { issuer: 'no url' } }), 422, 'upstream.input_invalid');
    const elsewhere = await patch(id, { oidc: { tokenEndpoint: 'https://evil.example/token' } });
    assert.deepEqual(
      elsewhere.body.errors?.map(({ pointer, code }) => `${pointer} ${code}`),
      ['/oidc/clientSecret required_anew'],
    );
    assert.deepEqual(await states(id), ['1 live created']);
  });

  test('builds on what is staged already', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { oidc: { scopes: ['openid'] } }), 202);
    assert.deepEqual(pointers(shown), ['/oidc/clientId', '/oidc/scopes']);
    assert.deepEqual(await states(id), ['3 staged changed', '2 superseded changed', '1 live created']);
  });

  test('makes Verify necessary again, unless it only renames', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { oidc: { clientId: 'third' }, name: 'Acme 2' }), 202);
    assert.equal(shown.staged?.verified, false);
    refused(await step(id, '3/activate'), 409, 'upstream.not_verified');
    await verify(id, 3);
    assert.equal(accepted(await patch(id, { name: 'Acme' }), 202).staged?.verified, true);
  });

  test('made twice is one', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { oidc: { clientId: 'other' } }), 202);
    assert.deepEqual([shown.staged?.revision, shown.staged?.verified], [2, true]);
  });

  test('that takes back what is staged leaves nothing staged', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    assert.equal(accepted(await patch(id, { oidc: { clientId: 'sallyport' } }), 202).staged, null);
    assert.deepEqual(await states(id), ['2 discarded changed', '1 live created']);
    assert.equal((await last())[0]?.action, 'identity-provider.discarded');
  });

  test('keeps a secret that was given for it, and never sends it to a third host', async () => {
    const id = await connected();
    const tokenEndpoint = 'https://b.example/token';
    accepted(await patch(id, { oidc: { tokenEndpoint, clientSecret: 'for-b' } }), 202);
    const elsewhere = await patch(id, { oidc: { tokenEndpoint: 'https://c.example/token' } });
    assert.deepEqual(
      elsewhere.body.errors?.map(({ code }) => code),
      ['required_anew'],
    );
    // The live host has not seen that secret either.
    const back = await patch(id, { oidc: { tokenEndpoint: oidc.tokenEndpoint } });
    assert.deepEqual(
      back.body.errors?.map(({ code }) => code),
      ['required_anew'],
    );
    const shown = accepted(await patch(id, { oidc: { maxAgeSeconds: null } }));
    assert.deepEqual(
      shown.staged?.differences.filter(({ secret }) => secret).map(({ before, after }) => [before, after]),
      [['set', 'set anew']],
    );
    assert.doesNotMatch(JSON.stringify(shown), /for-b|the-client-secret/);
  });

  test('with an override goes live at once, and the reason is kept', async () => {
    const id = await connected();
    const shown = accepted(await override(id, { oidc: { clientId: 'other' } }));
    assert.deepEqual([shown.oidc['clientId'], shown.revision, shown.staged], ['other', 2, null]);
    const [entry] = await last();
    assert.deepEqual(
      [entry?.action, Object(entry?.after).override, Object(entry?.after).verified],
      ['identity-provider.changed', 'agreed with Acme', false],
    );
    const { items } = (await api.call('GET', path(id, '/revisions'))).body;
    assert.deepEqual(
      items.map((item) => item['override']),
      ['agreed with Acme', 'switched on as it was made'],
    );
  });

  test('needs a reason that says something', async () => {
    const id = await connected();
    for (const reason of ['', '%00', 'x'.repeat(501)]) {
      const answer = await api.call('PATCH', path(id, `?override=${reason}`), { body: { oidc: { clientId: 'other' } } });
      assert.ok(answer.status >= 400 && answer.status < 500, `${reason}: ${answer.status}`);
    }
    assert.deepEqual(await states(id), ['1 live created']);
  });
});

describe('A change that is not sensitive', () => {
  test('goes live at once', async () => {
    const id = await connected();
    const shown = accepted(await patch(id, { name: 'Acme 2', groupMappings: [{ external: 'x', group: 'Y' }] }));
    assert.deepEqual([shown.name, shown.revision, shown.staged], ['Acme 2', 2, null]);
    assert.equal(await trustOf(id), 1, 'sign-ins under way go on');
  });

  test('is put on the staged revision as well: activating that one undoes nothing', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { name: 'Acme 2', users: { create: true } }));
    assert.deepEqual([shown.name, shown.revision, shown.staged?.revision], ['Acme 2', 3, 4]);
    assert.deepEqual(pointers(shown), ['/oidc/clientId']);
    assert.deepEqual(await states(id), ['4 staged carried', '3 live changed', '2 superseded changed', '1 superseded created']);
    await verify(id, 4);
    const live = accepted(await step(id, '4/activate'));
    assert.deepEqual([live.name, live.oidc['clientId'], live.revision], ['Acme 2', 'other', 4]);
  });

  test('that only renames leaves standing what Verify found on the staged revision; any other does not', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    await verify(id, 2);
    assert.equal(accepted(await patch(id, { name: 'Acme 2', branding: { buttonText: 'Go' } })).staged?.verified, true);
    assert.equal(accepted(await patch(id, { users: { create: true } })).staged?.verified, false);
  });

  test('on the live one alone is carried without touching what differs on the staged one', async () => {
    const id = await connected();
    await patch(id, { name: 'Staged name', oidc: { clientId: 'other' } });
    const shown = accepted(await patch(id, { branding: { buttonText: 'Go' } }));
    assert.deepEqual([shown.name, shown.branding['buttonText'], pointers(shown)], ['Acme', 'Go', ['/name', '/oidc/clientId']]);
  });

  test('and says of what is staged that it shall stay as it is live takes it back there', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other', scopes: ['openid'] } });
    await verify(id, 2);
    const shown = accepted(await patch(id, { name: 'Acme 2', oidc: { clientId: 'sallyport' } }));
    assert.deepEqual([shown.name, pointers(shown), shown.staged?.verified], ['Acme 2', ['/oidc/scopes'], false]);
    assert.equal(accepted(await patch(id, { name: 'Acme 3', oidc: { scopes: shown.oidc['scopes'] } })).staged, null);
  });

  test('with an override beside a staged revision changes both, and activates nothing that somebody else staged', async () => {
    const id = await connected();
    await patch(id, { oidc: { clientId: 'other' } });
    const shown = accepted(await override(id, { oidc: { scopes: ['openid'] } }));
    assert.deepEqual(
      [shown.oidc['clientId'], shown.oidc['scopes'], pointers(shown)],
      ['sallyport', ['openid'], ['/oidc/clientId']],
    );
  });

  test('that does not fit the staged revision is refused, and changes neither', async () => {
    const id = await connected({ groupSync: 'assign', assignedGroups: ['A'] });
    await patch(id, { oidc: { clientId: 'other' }, groupSync: 'none', assignedGroups: [] });
    const before = await states(id);
    const change = { users: { create: true }, groupSync: 'assign' };
    const answer = await patch(id, change);
    refused(answer, 409, 'upstream.staged_conflict');
    assert.deepEqual(
      answer.body.errors?.map(({ pointer }) => pointer),
      ['/assignedGroups'],
    );
    assert.deepEqual(await states(id), before);
    await discard(id, 2);
    assert.equal(accepted(await patch(id, change)).revision, 3);
  });
});

describe('Certificates', () => {
  test('are added at once and taken away only when Verify passed; sign-ins under way are judged by the new list', async () => {
    const id = await connected({ kind: 'saml', oidc: undefined, saml });
    const more = accepted(await patch(id, { saml: { verificationCertificates: [...certificates] } }));
    assert.deepEqual([more.revision, more.staged], [2, null]);
    const fewer = accepted(await patch(id, { saml: { verificationCertificates: [certificates[1]] } }), 202);
    assert.deepEqual(pointers(fewer), ['/saml/verificationCertificates']);
    await verify(id, 3);
    accepted(await step(id, '3/activate'));
    assert.equal(await trustOf(id), 1);
  });
});
