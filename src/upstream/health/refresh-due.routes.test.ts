import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  api,
  asked,
  connect,
  failures,
  find,
  first,
  forgetAsked,
  idpWith,
  METADATA,
  needs,
  outside,
  publish,
  read,
  refresh,
  second,
  setUp,
  third,
  world,
} from './refresh.fixture.ts';
import { createRefreshKeys } from './refresh-at-sign-in.job.ts';
import { refreshDue } from './refresh-due.ts';

setUp();

describe('In the background', () => {
  const hours = (count: number): void => world.pass(count * 3600);

  test('a provider in use is read within ten minutes, then every six hours; one that is off is left alone', async () => {
    const id = await connect();
    await connect({ name: 'Off', enabled: false });
    await refreshDue(needs);
    assert.deepEqual(asked, [], 'its turn is reckoned first');
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual(asked, [METADATA]);
    hours(5);
    await refreshDue(needs);
    assert.equal(asked.length, 1);
    hours(1);
    await refreshDue(needs);
    assert.equal(asked.length, 2);
    assert.equal((await read(id))['state'], 'succeeded');
    assert.deepEqual(failures, []);
  });

  test('several nodes read it once', async () => {
    await connect();
    await refreshDue(needs);
    world.pass(600);
    await Promise.all([refreshDue(needs), refreshDue(needs), refreshDue(needs)]);
    assert.equal(asked.length, 1);
    assert.deepEqual(failures, []);
  });

  test('one that fails is tried again sooner, later and later, and keeps nobody else waiting', async () => {
    const broken = await connect();
    const good = await connect({
      name: 'Good',
      saml: {
        metadataUrl: 'https://other.example/metadata',
        issuer: 'https://idp.acme.example/saml',
        ssoUrl: 'https://idp.acme.example/sso',
        verificationCertificates: [first.certificatePem],
      },
    });
    publish({ 'https://other.example/metadata': idpWith(first).metadata() });
    await refreshDue(needs);
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual([(await read(broken))['state'], (await read(good))['state']], ['failed', 'succeeded']);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const nextAt = Date.parse(String((await read(broken))['nextAt']));
      waits.push((nextAt - world.now().getTime()) / 60_000);
      world.pass((nextAt - world.now().getTime()) / 1000);
      await refreshDue(needs);
    }
    for (const [at, minutes] of [5, 10, 20, 40].entries()) {
      assert.ok(waits[at]! <= minutes && waits[at]! > minutes * 0.89, `${waits}`);
    }
  });

  test('metadata says how often it wants to be read, within an hour and a day', async () => {
    for (const [cacheDuration, most] of [
      ['PT2H', 2],
      ['PT1S', 1],
      ['P30D', 24],
    ] as const) {
      const id = await connect({ name: cacheDuration });
      outside[METADATA] = idpWith(first).metadata().replace(' entityID=', ` cacheDuration="${cacheDuration}" entityID=`);
      const { body } = await refresh(id);
      const wait = (Date.parse(String(body['nextAt'])) - world.now().getTime()) / 3_600_000;
      assert.ok(wait <= most && wait > most * 0.89, `${cacheDuration}: ${wait}`);
    }
  });

  test('a changed provider is read again soon', async () => {
    const id = await connect();
    await refresh(id);
    await api.call('PATCH', `/identity-providers/${id}`, { body: { name: 'Renamed' } });
    forgetAsked();
    await refreshDue(needs);
    world.pass(600);
    await refreshDue(needs);
    assert.deepEqual(asked, [METADATA]);
  });

  test('what is removed leaves nothing behind', async () => {
    const id = await connect();
    await refresh(id);
    assert.equal((await api.call('DELETE', `/identity-providers/${id}`)).status, 204);
    assert.deepEqual(await api.store.db().selectFrom('connection_refreshes').selectAll().execute(), []);
    await refreshDue(needs);
    assert.deepEqual(failures, []);
  });
});

describe('A sign-in whose signature fits no certificate', () => {
  test('gets the connection with the new certificate', async () => {
    const id = await connect();
    outside[METADATA] = idpWith(second).metadata();
    const refreshKeys = createRefreshKeys(needs);
    const newer = await refreshKeys(api.acme, await find(id));
    assert.ok(newer);
    const { verificationKeys } = newer.settings as { verificationKeys: unknown[] };
    assert.equal(verificationKeys.length, 2);
  });

  test('makes one question in five minutes, whatever number of sign-ins on however many nodes', async () => {
    const id = await connect();
    const connection = await find(id);
    const nodes = [createRefreshKeys(needs), createRefreshKeys(needs)];
    const junk = () => Promise.all(nodes.flatMap((node) => Array.from({ length: 20 }, () => node(api.acme, connection))));
    assert.deepEqual(new Set(await junk()), new Set([undefined]));
    assert.equal(asked.length, 1);
    world.pass(299);
    await junk();
    assert.equal(asked.length, 1);
    world.pass(1);
    await junk();
    assert.equal(asked.length, 2);
  });

  test('that waited for another node’s question gets what that found', async () => {
    const id = await connect();
    const connection = await find(id);
    let answer = (_: Response): void => {};
    outside[METADATA] = (() =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      })) as never;
    const [one, other] = [createRefreshKeys(needs), createRefreshKeys(needs)];
    const both = Promise.all([one(api.acme, connection), other(api.acme, connection)]);
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    answer(new Response(idpWith(third).metadata()));
    const [here, there] = await both;
    assert.ok(here && there);
    assert.equal(here.revision, there.revision);
    assert.equal(asked.length, 1);
  });

  test('gets nothing where nothing is published, the provider fails, or it is OIDC', async () => {
    const fields = { issuer: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso' };
    const silent = await connect({ saml: { ...fields, verificationCertificates: [first.certificatePem] } });
    const failing = await connect({ name: 'Failing' });
    publish({});
    const refreshKeys = createRefreshKeys(needs);
    for (const id of [silent, failing]) assert.equal(await refreshKeys(api.acme, await find(id)), undefined);
    assert.equal(asked.length, 1);
    assert.deepEqual(failures, []);
  });
});
