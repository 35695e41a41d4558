import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SamlIdp } from '../kit/saml/idp.ts';
import {
  acme,
  certificateOf,
  connect,
  type HandedKey,
  idp,
  keysOf,
  type Provider,
  setUp,
  signIn,
  underLoad,
} from './rollover.fixture.ts';

setUp();

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
