import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { ContentCipher, KeyTransport } from '#test/saml/encryption.ts';
import { createScene, formOf, HANDLE, type Outcome } from '#test/saml/scene.ts';
import type { SignatureAlgorithm } from '#test/saml/signing.ts';
import { EMAIL, PERSISTENT, TRANSIENT } from '#test/saml/templates.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const attributes = {
  email: 'ada@acme.example',
  groups: ['Engineering', 'Jürgen & Söhne <GmbH>'],
  phone: [],
  locale: [null],
  'a b': 'x',
};

function identityOf(outcome: Outcome): Extract<Outcome, { code: null }>['identity'] {
  assert.ok(outcome.code === null, JSON.stringify(outcome.lines.at(-1)));
  return outcome.identity;
}

describe('SAML Profiles §4.1.4: valid answers sign in (T1)', () => {
  for (const sign of ['assertion', 'response', 'both'] as const) {
    for (const inclusive of ['none', 'xs'] as const) {
      it(`a message with its ${sign} signed, inclusive namespaces ${inclusive}, tells who it is`, async () => {
        const identity = identityOf(await scene.play({ sign, attributes, signing: { inclusive } }));
        assert.deepEqual(
          identity.claims,
          Object.assign(Object.create(null), {
            email: 'ada@acme.example',
            groups: ['Engineering', 'Jürgen & Söhne <GmbH>'],
            phone: [],
            locale: [],
            'a b': 'x',
            NameID: 'f:9c1-2b7e',
          }),
        );
        assert.equal(identity.issuer, scene.idp.entityId);
        assert.equal(identity.subject, JSON.stringify([PERSISTENT, 'f:9c1-2b7e']));
        assert.equal(identity.emailVerification, 'unstated');
        assert.equal(identity.acr, 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport');
        assert.deepEqual(identity.authenticatedAt, new Date('2026-11-22T11:59:55Z'));
        assert.equal(identity.session.index, '_session-1');
        assert.equal(identity.spend.length, sign === 'assertion' ? 1 : 2);
      });
    }
  }

  const algorithms: SignatureAlgorithm[] = ['rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'rsa-pss-sha256', 'rsa-pss-sha512'];
  for (const algorithm of algorithms) {
    it(`a signature by ${algorithm} holds`, async () => {
      identityOf(await scene.play({ signing: { algorithm, digest: algorithm.endsWith('512') ? 'sha512' : 'sha384' } }));
    });
  }

  for (const [kind, algorithm] of [
    ['ec-p256', 'ecdsa-sha256'],
    ['ec-p384', 'ecdsa-sha384'],
    ['ec-p521', 'ecdsa-sha512'],
  ] as const) {
    it(`a signature by ${algorithm} on ${kind} holds`, async () => {
      const keys = makeCertifiedKey(kind);
      identityOf(
        await scene.play(
          { signing: { algorithm, key: keys.privateKey } },
          { settings: { verificationCertificates: [keys.certificatePem] } },
        ),
      );
    });
  }

  it('during a rollover, any of the configured certificates will do, PEM or bare base64', async () => {
    const next = makeCertifiedKey();
    const settings = { verificationCertificates: [next.certificateBase64, scene.idp.keys.certificatePem] };
    identityOf(await scene.play({}, { settings }));
    identityOf(await scene.play({ signing: { key: next.privateKey, certificateBase64: '' } }, { settings }));
  });

  it('an expired certificate goes on verifying: keys are pinned', async () => {
    const old = makeCertifiedKey('rsa-2048', { notAfter: new Date('2021-01-01T00:00:00Z') });
    identityOf(
      await scene.play({ signing: { key: old.privateKey } }, { settings: { verificationCertificates: [old.certificatePem] } }),
    );
  });

  it('white space in the base64, as MIME has it, is tolerated', async () => {
    const field = Buffer.from(scene.respondXml()).toString('base64').replace(/.{76}/g, '$&\r\n');
    identityOf(await scene.play({}, { answer: { via: 'form', fields: { SAMLResponse: field } } }));
  });

  it('an XML declaration and numeric references are no obstacle', async () => {
    const outcome = await scene.play(
      { nameId: 'ada@acme.example' },
      {
        xml: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\n${xml.replace('>ada@', '>ada&#x40;')}`,
      },
    );
    assert.equal(identityOf(outcome).claims['NameID'], 'ada@acme.example');
  });

  it('text longer than the parser’s buffers keeps every character', async () => {
    const long = 'ü€𝄞'.repeat(9000);
    assert.equal(identityOf(await scene.play({ attributes: { note: long } })).claims['note'], long);
    assert.equal(identityOf(await scene.play({ attributes: { note: long }, sign: 'both' })).claims['note'], long);
  });
});

describe('XML Encryption: encrypted assertions sign in', () => {
  const ciphers: ContentCipher[] = ['aes128-cbc', 'aes192-cbc', 'aes256-cbc', 'aes128-gcm', 'aes192-gcm', 'aes256-gcm'];
  for (const cipher of ciphers) {
    for (const [keyTransport, keyPlacement] of [
      ['rsa-oaep-mgf1p', 'inside'],
      ['rsa-oaep-sha256', 'beside'],
    ] as [KeyTransport, 'inside' | 'beside'][]) {
      it(`${cipher} under ${keyTransport}, the key ${keyPlacement}`, async () => {
        const encryptTo = { certificatePem: scene.own.certificatePem, cipher, keyTransport, keyPlacement };
        for (const sign of ['assertion', 'response', 'both'] as const) {
          assert.equal(identityOf(await scene.play({ encryptTo, attributes, sign })).claims['email'], 'ada@acme.example');
        }
      });
    }
  }

  it('an earlier key of ours still decrypts during a rollover', async () => {
    const next = makeCertifiedKey();
    const pair = ({ privateKeyPem, certificatePem }: typeof next): object => ({ privateKeyPem, certificatePem });
    const keys = { signing: [pair(next)], decryption: [pair(next), pair(scene.own)] };
    identityOf(await scene.play({ encryptTo: { certificatePem: scene.own.certificatePem } }, { settings: { keys } }));
  });
});

describe('identity of a SAML subject', () => {
  it('stays the same whether the NameQualifier is left out or is the issuer', async () => {
    const bare = identityOf(await scene.play({ nameId: { value: 'x' } }));
    const qualified = identityOf(
      await scene.play({ nameId: { value: 'x', nameQualifier: scene.idp.entityId, spNameQualifier: scene.to.spEntityId } }),
    );
    assert.equal(bare.subject, qualified.subject);
  });

  it('differs by format and by foreign qualifier, whatever the value is made of', async () => {
    const subjects = [
      { value: 'x' },
      { value: 'x', format: EMAIL },
      { value: 'x', nameQualifier: 'urn:other' },
      { value: `x","urn:other` },
    ];
    const seen = await Promise.all(subjects.map(async (nameId) => identityOf(await scene.play({ nameId })).subject));
    assert.equal(new Set(seen).size, subjects.length);
  });

  it('may be transient where the connection asks for that', async () => {
    const nameId = { value: '_tmp1', format: TRANSIENT };
    const { subject } = identityOf(await scene.play({ nameId }, { settings: { nameIdFormat: TRANSIENT } }));
    assert.equal(subject, JSON.stringify([TRANSIENT, '_tmp1']));
  });

  it('has attributes whose value is a NameID, as eduPersonTargetedID: the text of it', async () => {
    const inside =
      '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="a">opaque-1</saml:NameID>';
    const nested = (xml: string): string => xml.replace('>plain</', `>\n ${inside} </`);
    const { claims } = identityOf(
      await scene.play({ attributes: { eptid: 'plain', email: 'ada@acme.example' }, beforeSigning: { assertion: nested } }),
    );
    assert.deepEqual({ ...claims, NameID: undefined }, { eptid: 'opaque-1', email: 'ada@acme.example', NameID: undefined });
  });

  it('has the values of an attribute that may repeat in one list, in their order', async () => {
    const role = (value: string): string =>
      `<saml:Attribute Name="Role"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
    const thrice = (xml: string): string =>
      xml.replace(/<saml:Attribute .*<\/saml:Attribute>/, `${role('a')}$&${role('b')}${role('a')}`);
    const { claims } = identityOf(
      await scene.play(
        { attributes: { email: 'ada@acme.example' }, beforeSigning: { assertion: thrice } },
        { settings: { repeatableAttributes: ['Role'] } },
      ),
    );
    assert.deepEqual([claims['Role'], claims['email']], [['a', 'b', 'a'], 'ada@acme.example']);
  });

  it('is never overshadowed by an attribute of that name', async () => {
    const { claims } = identityOf(await scene.play({ attributes: { NameID: 'admin', ['__proto__']: 'y', constructor: 'z' } }));
    assert.equal(claims['NameID'], 'f:9c1-2b7e');
    assert.equal(claims['toString'], undefined);
    assert.equal(Object.getPrototypeOf(claims), null);
    assert.deepEqual(Object.keys(claims).sort(), ['NameID', '__proto__', 'constructor']);
  });
});

describe('looking the attempt up', () => {
  it('finds the handle in the request id that a Response answers', () => {
    assert.equal(saml.findHandle(formOf(scene.respondXml())), HANDLE);
    assert.equal(saml.findHandle(formOf(scene.respondXml({ encryptTo: { certificatePem: scene.own.certificatePem } }))), HANDLE);
  });

  it('finds nothing in an unsolicited answer, in junk, or by another binding', () => {
    assert.equal(saml.findHandle(formOf(scene.respondXml({ to: { ...scene.to, inResponseTo: null } }))), undefined);
    assert.equal(saml.findHandle(formOf('<<<<')), undefined);
    assert.equal(saml.findHandle({ via: 'form', fields: {} }), undefined);
    assert.equal(saml.findHandle({ ...formOf(scene.respondXml()), via: 'query' }), undefined);
  });
});
