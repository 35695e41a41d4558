import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Agent, type Visit } from '../kit/agent.ts';
import { type CertifiedKey, certify, makeCertifiedKey } from '../kit/saml/certificate.ts';
import { createSamlIdp, type RespondOptions, type SamlIdp } from '../kit/saml/idp.ts';
import { goToProvider, openScene, type SamlConnection, type Scene, samlResponse, type TestTenant } from '../kit/scene.ts';

/** Sign-ins of one row, and how many are on their way at once. */
const SIGN_INS = 48;
const AT_ONCE = 8;

let scene: Scene;
let acme: TestTenant;
let second: { origin: string; close(): Promise<void> };
let metadataServer: Server;
let metadataUrl = '';
/** What the provider publishes, and how often it was asked. */
let published = '';
let asked = 0;
const [oldKey, newKey] = [makeCertifiedKey(), makeCertifiedKey()];
const idp = createSamlIdp({ entityId: 'https://idp.acme.example/saml', ssoUrl: 'https://idp.acme.example/sso', keys: oldKey });

before(async () => {
  scene = await openScene();
  acme = await scene.addTenant('acme');
  second = await scene.gateway.addNode();
  metadataServer = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/samlmetadata+xml');
    response.end(published);
  });
  await new Promise<void>((resolve) => metadataServer.listen(0, '127.0.0.1', resolve));
  metadataUrl = `http://127.0.0.1:${(metadataServer.address() as AddressInfo).port}/metadata`;
});
after(async () => {
  metadataServer.close();
  await scene.close();
});

/** What the provider does with a browser that arrives: how it signs, and what it thinks of our request. */
interface Provider {
  answer(request: { url: string; id: string }): Partial<RespondOptions>;
}

/** A whole sign-in; the answer is delivered to one node or the other. */
async function signIn(connection: SamlConnection, provider: Provider, at: number): Promise<Visit> {
  const agent = new Agent();
  const { sent } = await goToProvider(agent, acme, connection);
  const url = sent.location ?? '';
  const { id, relayState } = connection.idp.readRequest({ url });
  const response = samlResponse(connection, id, provider.answer({ url, id }));
  const home = new URL(acme.url).origin;
  const origin = at % 2 === 0 ? home : second.origin;
  for (const pair of agent.cookieHeader(home).split('; ')) {
    const equals = pair.indexOf('=');
    agent.setCookie(origin, pair.slice(0, equals), pair.slice(equals + 1));
  }
  const acs = connection.acsUrl.replace(home, origin);
  return agent.post(acs, { SAMLResponse: response, RelayState: relayState ?? '' });
}

/** Sign-ins side by side; `between` is done once so many have ended, while others are on their way. */
async function underLoad(
  connection: SamlConnection,
  provider: Provider,
  between: Readonly<Record<number, () => unknown>>,
): Promise<void> {
  let [begun, ended] = [0, 0];
  const refused: string[] = [];
  let steps: Promise<unknown> = Promise.resolve();
  const work = async (): Promise<void> => {
    while (begun < SIGN_INS) {
      const at = begun;
      begun += 1;
      const visit = await signIn(connection, provider, at);
      if (visit.status !== 303) refused.push(`${at}: ${visit.status} ${/[a-z_]+\.[a-z_]+/.exec(visit.body)?.[0]}`);
      ended += 1;
      const step = between[ended];
      // One after the other; whoever is not the one that does it goes on.
      if (step) await (steps = steps.then(step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assert.deepEqual(refused, [], 'not one sign-in fails');
  assert.equal(ended, SIGN_INS);
}

/** A provider that signs with this key. */
function signingWith(current: () => CertifiedKey): Provider {
  return { answer: () => ({ signing: { key: current().privateKey, certificateBase64: current().certificateBase64 } }) };
}

const metadataOf = (keys: CertifiedKey): string => createSamlIdp({ ...idp, keys }).metadata();

/** Connected and known: the account is there. */
async function connect(
  slug: string,
  saml: Record<string, unknown>,
  provider = signingWith(() => oldKey),
): Promise<SamlConnection> {
  const connection = await acme.connectSaml(idp, { slug, name: slug, saml });
  assert.equal((await signIn(connection, provider, 0)).status, 303);
  return connection;
}

describe('The provider rolls its signing key over under load, on two nodes, and nobody’s sign-in fails', () => {
  it('when both certificates are set', async () => {
    const certificates = [oldKey.certificatePem, newKey.certificatePem];
    const connection = await connect('both', { verificationCertificates: certificates });
    let current = oldKey;
    await underLoad(
      connection,
      signingWith(() => current),
      { 16: () => (current = newKey) },
    );
  });

  it('when an administrator adds the new certificate and later takes the old one away', async () => {
    const connection = await connect('by-hand', {});
    let current = oldKey;
    await underLoad(
      connection,
      signingWith(() => current),
      {
        8: async () => {
          const both = [oldKey.certificatePem, newKey.certificatePem];
          const path = `/api/v1/identity-providers/${connection.id}`;
          const { status } = await acme.api.call('PATCH', path, { saml: { verificationCertificates: both } });
          assert.equal(status, 200, 'a certificate that is added is live at once');
        },
        16: () => (current = newKey),
        // All that were signed with the old key have arrived: so many more have ended.
        32: () => connection.change({ saml: { verificationCertificates: [newKey.certificatePem] } }),
      },
    );
  });

  it('when its metadata alone tells the new certificate, at the very moment', async () => {
    published = metadataOf(oldKey);
    const connection = await connect('metadata', { metadataUrl });
    let current = oldKey;
    asked = 0;
    await underLoad(
      connection,
      signingWith(() => current),
      {
        16: () => {
          published = metadataOf(newKey);
          current = newKey;
        },
      },
    );
    assert.equal(asked, 1, 'one question, by one node');
    const { json } = await acme.api.call('GET', `/api/v1/identity-providers/${connection.id}`);
    assert.equal(
      (json['saml'] as unknown as { verificationCertificates: string[] }).verificationCertificates.length,
      2,
      'the old one stays',
    );
  });

  it('when the assertion is encrypted, and its metadata alone tells', async () => {
    published = metadataOf(oldKey);
    const keys = { certificate: '' };
    const sealed = (current: () => CertifiedKey): Provider => ({
      answer: (request) => ({
        ...signingWith(current).answer(request),
        encryptTo: { certificatePem: keys.certificate, cipher: 'aes256-gcm' },
      }),
    });
    const connection = await connect('sealed', { metadataUrl });
    keys.certificate = await certificateOf(connection, 'decryption');
    let current = oldKey;
    await underLoad(
      connection,
      sealed(() => current),
      {
        16: () => {
          published = metadataOf(newKey);
          current = newKey;
        },
      },
    );
  });

  it('and a stranger’s key stays a stranger’s: metadata is asked once, and the sign-in is refused', async () => {
    published = metadataOf(oldKey);
    const connection = await connect('stranger', { metadataUrl });
    const stranger = makeCertifiedKey();
    asked = 0;
    for (let at = 0; at < 6; at += 1) {
      const visit = await signIn(
        connection,
        signingWith(() => stranger),
        at,
      );
      assert.equal(visit.status, 403, visit.body);
      assert.match(visit.body, /xml\.signature_value/);
    }
    assert.equal(asked, 1);
  });
});

describe('A certificate of the provider that has expired', () => {
  const expired = certify(oldKey.privateKey, oldKey.publicKey, { notAfter: new Date(Date.now() - 86_400_000) });
  const set = { verificationCertificates: [expired.certificatePem] };

  it('is pinned, and people sign in; where valid ones are demanded, the sign-in is refused and says why', async () => {
    const connection = await connect('expired', set);
    await connection.change({ saml: { requireValidCertificates: true } });
    const visit = await signIn(
      connection,
      signingWith(() => oldKey),
      0,
    );
    assert.equal(visit.status, 403);
    assert.match(visit.body, /saml\.certificate_expired/);
    await connection.change({ saml: { requireValidCertificates: false } });
    assert.equal(
      (
        await signIn(
          connection,
          signingWith(() => oldKey),
          1,
        )
      ).status,
      303,
    );
  });
});

interface HandedKey {
  id: string;
  use: string;
  state: string;
  certificate: string;
}

async function keysOf({ id }: SamlConnection): Promise<HandedKey[]> {
  const { json } = await acme.api.call<{ items: HandedKey[] }>('GET', `/api/v1/identity-providers/${id}/keys`);
  return json.items;
}

async function certificateOf(connection: SamlConnection, use: string, state = 'active'): Promise<string> {
  const key = (await keysOf(connection)).find((one) => one.use === use && one.state === state);
  assert.ok(key, `${use} ${state}`);
  return key.certificate;
}

describe('Our own keys roll over under load, on two nodes, and nobody’s sign-in fails', () => {
  /** A provider that knows these certificates of ours: it takes requests signed with any, and encrypts to the last. */
  interface Knows {
    signing: string[];
    encryption: string;
  }
  const demanding = (provider: SamlIdp, knows: Knows): Provider => ({
    answer: ({ url }) => {
      assert.ok(
        knows.signing.some((certificate) => isSignedBy(provider, url, certificate)),
        'a request signed with a key it knows',
      );
      return { encryptTo: { certificatePem: knows.encryption, cipher: 'aes256-gcm' } };
    },
  });
  function isSignedBy(provider: SamlIdp, url: string, certificate: string): boolean {
    try {
      return provider.readRequest({ url }, certificate).signature === 'verified';
    } catch {
      return false;
    }
  }

  it('as the provider knows the old ones, then both, then the new ones alone', async () => {
    const connection = await acme.connectSaml(idp, { slug: 'ours', name: 'ours', saml: { signRequests: true } });
    const path = `/api/v1/identity-providers/${connection.id}/keys`;
    const [signing, encryption] = [await certificateOf(connection, 'signing'), await certificateOf(connection, 'decryption')];
    const knows: Knows = { signing: [signing], encryption };
    const provider = demanding(idp, knows);
    assert.equal((await signIn(connection, provider, 0)).status, 303);
    const next: Record<string, string> = {};
    const call = async (method: string, more: string, body?: unknown): Promise<{ id: string }> => {
      const { status, json } = await acme.api.call(method, `${path}${more}`, body);
      assert.ok(status >= 200 && status < 300, `${method} ${more}: ${JSON.stringify(json)}`);
      return json;
    };
    await underLoad(connection, provider, {
      6: async () => {
        for (const use of ['signing', 'decryption']) next[use] = (await call('POST', '', { use })).id;
      },
      // The provider's administrator takes over what our metadata says.
      12: async () => {
        knows.signing = [signing, await certificateOf(connection, 'signing', 'next')];
        knows.encryption = await certificateOf(connection, 'decryption', 'next');
      },
      20: async () => {
        for (const use of ['signing', 'decryption']) await call('POST', `/${next[use]}/activate`);
      },
      // Whoever was sent with the old signature has arrived.
      36: () => (knows.signing = knows.signing.slice(1)),
      44: async () => {
        for (const { id, state } of await keysOf(connection)) if (state === 'retired') await call('DELETE', `/${id}`);
      },
    });
    assert.deepEqual((await keysOf(connection)).map(({ use, state }) => `${use} ${state}`).sort(), [
      'decryption active',
      'signing active',
    ]);
  });
});

describe('What providers read about us', () => {
  const read = async (path: string): Promise<{ status: number; type: string | null; text: string }> => {
    const answer = await fetch(`${acme.url}/sso/${path}`);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };

  it('metadata names the active key first, then those that wait and those that are retired', async () => {
    const connection = await connect('listed', {});
    const path = `/api/v1/identity-providers/${connection.id}/keys`;
    const { json: made } = await acme.api.call('POST', path, { use: 'signing' });
    const { text } = await read('listed/metadata');
    const listed = [...text.matchAll(/use="signing".*?<ds:X509Certificate>([^<]+)/gs)].map(([, certificate]) => certificate);
    const inOrder = (keys: HandedKey[]): string[] =>
      keys.filter(({ use }) => use === 'signing').map(({ certificate }) => certificate.replace(/-----[^-]+-----|\s/g, ''));
    assert.deepEqual(listed, inOrder(await keysOf(connection)));
    await acme.api.call('POST', `${path}/${made.id}/activate`);
    assert.deepEqual(
      (await keysOf(connection)).filter(({ use }) => use === 'signing').map(({ state }) => state),
      ['active', 'retired'],
    );
    assert.match((await read('listed/metadata')).text, new RegExp(inOrder(await keysOf(connection))[0]!.slice(100, 160)));
  });

  it('metadata is signed when asked for, and says no date unless asked for', async () => {
    await connect('signed', {});
    const plain = await read('signed/metadata');
    assert.equal(plain.type, 'application/samlmetadata+xml');
    assert.doesNotMatch(plain.text, /ds:Signature|validUntil|cacheDuration/);
    const signed = await read('signed/metadata?signed=1');
    assert.match(signed.text, /<ds:SignatureValue>/);
    assert.doesNotMatch(signed.text, /validUntil/);
    const dated = await read('signed/metadata?signed=1&validDays=14');
    assert.match(dated.text, / cacheDuration="PT21600S"/);
    const [, until = ''] = / validUntil="([^"]+)"/.exec(dated.text) ?? [];
    assert.ok(Math.abs(Date.parse(until) - Date.now() - 14 * 86_400_000) < 3_600_000, until);
    assert.equal((await read('signed/metadata?validDays=1000')).status, 422);
  });

  it('certificates have an address each, and nothing secret has', async () => {
    const connection = await connect('handed', {});
    const [key] = await keysOf(connection);
    const { status, type, text } = await read(`handed/certificate/${key?.id}.pem`);
    assert.deepEqual([status, type, text], [200, 'application/x-pem-file', key?.certificate]);
    for (const path of [
      `handed/certificate/${key?.id}`,
      'handed/certificate/key_none.pem',
      'nobody/certificate/x.pem',
      'nobody/jwks',
    ])
      assert.equal((await read(path)).status, 404, path);
    assert.deepEqual(JSON.parse((await read('handed/jwks')).text), { keys: [] });
  });
});
