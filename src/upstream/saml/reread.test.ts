import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { type CertifiedKey, certify, makeCertifiedKey } from '#test/saml/certificate.ts';
import { createSamlIdp, type SamlIdp } from '#test/saml/idp.ts';
import { NOON, worldAt } from '#test/saml/scene.ts';
import { signatureXml } from '#test/saml/signing.ts';
import { canonicalOf, NS } from '#test/saml/templates.ts';
import type { Published } from '../protocol.ts';
import { createSaml } from './index.ts';

const METADATA_URL = 'https://idp.example.net/metadata';
const saml = createSaml({ allowPrivateNetwork: false });
const [first, second] = [makeCertifiedKey(), makeCertifiedKey()];
const federation = makeCertifiedKey();
const idp = idpWith(first);

function idpWith(keys: CertifiedKey): SamlIdp {
  return createSamlIdp({ entityId: 'https://idp.example.net/saml', ssoUrl: 'https://idp.example.net/sso', keys });
}

const dated = (pair: CertifiedKey, days: number): CertifiedKey =>
  certify(pair.privateKey, pair.publicKey, { notAfter: new Date(NOON.getTime() + days * 86_400_000) });

const raw = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
  spEntityId: 'https://acme.sso.example.com/sso/okta/metadata',
  acsUrl: 'https://acme.sso.example.com/sso/okta/acs',
  issuer: idp.entityId,
  ssoUrl: idp.ssoUrl,
  metadataUrl: METADATA_URL,
  verificationCertificates: [first.certificatePem],
  signRequests: false,
  ...changed,
});

async function reread(document: string | Response, changed: Record<string, unknown> = {}): Promise<Published> {
  const answer = typeof document === 'string' ? new Response(document) : document;
  return saml.reread(
    saml.readSettings(raw(changed)),
    worldAt(0, () => answer),
  );
}
const refused = (work: Promise<unknown>, code: string): Promise<void> => assert.rejects(work, (error) => isProblem(error, code));

const codes = ({ notes }: Published): string[] => notes.map(({ code }) => code);
const listOf = (fields: Readonly<Record<string, unknown>>): string[] => (fields['verificationCertificates'] ?? []) as string[];

describe('Metadata that is read again', () => {
  it('is asked for at the address that was set, and nowhere without one', () => {
    assert.equal(saml.publishedAt(saml.readSettings(raw())), METADATA_URL);
    assert.equal(saml.publishedAt(saml.readSettings(raw({ metadataUrl: undefined }))), undefined);
  });

  it('that says what is set changes nothing', async () => {
    const { changes, additions, notes } = await reread(idp.metadata());
    assert.deepEqual([changes, additions, notes], [{}, {}, []]);
  });

  it('adds a new certificate and drops none', async () => {
    const found = await reread(idp.metadata({ moreCertificates: [second.certificateBase64] }));
    assert.deepEqual(listOf(found.additions), [first.certificatePem, second.certificatePem]);
    assert.deepEqual(codes(found), []);
  });

  it('keeps a certificate that is published no longer, and says so', async () => {
    const found = await reread(idpWith(second).metadata());
    assert.deepEqual(listOf(found.additions), [first.certificatePem, second.certificatePem]);
    assert.deepEqual(listOf(found.changes), [second.certificatePem], 'what somebody could take over');
    assert.deepEqual(codes(found), ['certificate_no_longer_published']);
    const gone = await reread(idp.metadata(), { verificationCertificates: [first.certificatePem, second.certificatePem] });
    assert.deepEqual([gone.additions, codes(gone)], [{}, ['certificate_no_longer_published']]);
  });

  it('makes room among sixteen by the certificates that have expired, the oldest first, and tells which', async () => {
    const pairs = Array.from({ length: 16 }, (_, at) => dated(first, at < 2 ? at - 10 : at + 10).certificatePem);
    const found = await reread(idpWith(second).metadata(), { verificationCertificates: pairs });
    assert.deepEqual(listOf(found.additions), [...pairs.slice(1), second.certificatePem]);
    assert.equal(codes(found).filter((code) => code === 'expired_certificate_made_room').length, 1);
  });

  it('adds nothing where sixteen are valid, and tells that there is no room', async () => {
    const pairs = Array.from({ length: 16 }, (_, at) => dated(first, at + 10).certificatePem);
    const found = await reread(idpWith(second).metadata(), { verificationCertificates: pairs });
    assert.deepEqual(found.additions, {});
    assert.ok(codes(found).includes('no_room_for_certificate'));
  });

  it('tells changed addresses, in the binding that was chosen', async () => {
    const moved = createSamlIdp({ entityId: idp.entityId, ssoUrl: 'https://idp.example.net/new', keys: first });
    assert.deepEqual((await reread(moved.metadata())).changes, { ssoUrl: 'https://idp.example.net/new' });
    const both = idp.metadata({ postUrl: 'https://idp.example.net/post' });
    const chosen = { ssoBinding: 'post', ssoUrl: 'https://idp.example.net/post' };
    assert.deepEqual((await reread(both, chosen)).changes, {});
    assert.deepEqual((await reread(idp.metadata({ ssoBindings: ['HTTP-Redirect'] }), chosen)).changes, {
      ssoBinding: 'redirect',
      ssoUrl: idp.ssoUrl,
    });
  });

  it('tells a logout service, and that requests are wanted signed', async () => {
    const sloUrl = 'https://idp.example.net/slo';
    const found = await reread(idp.metadata({ sloUrl, wantAuthnRequestsSigned: true }));
    assert.deepEqual(found.changes, { sloUrl, signRequests: true });
  });

  it('says how long it holds, on the shortest of its levels', async () => {
    const document = idp
      .metadata()
      .replace(' entityID=', ' validUntil="2026-12-01T00:00:00Z" cacheDuration="PT12H" entityID=')
      .replace('<md:IDPSSODescriptor', '<md:IDPSSODescriptor validUntil="2026-11-25T00:00:00Z" cacheDuration="PT6H"');
    const { validUntil, cacheSeconds } = await reread(document);
    assert.deepEqual([validUntil?.toISOString(), cacheSeconds], ['2026-11-25T00:00:00.000Z', 21_600]);
  });

  const refusals: [name: string, document: () => string, code: string][] = [
    [
      'is of another entity',
      () => idp.metadata().replace(idp.entityId, 'https://evil.example/saml'),
      'saml_metadata.entity_changed',
    ],
    ['has no signing certificate', () => idp.metadata({ keyUse: 'none' }), 'saml_metadata.no_signing_certificate'],
    [
      'has certificates for encryption alone',
      () => idp.metadata({ keyUse: 'encryption' }),
      'saml_metadata.no_signing_certificate',
    ],
    ['is no XML', () => '<html><body>maintenance', 'xml.malformed'],
    ['is something else', () => '<html></html>', 'saml_metadata.not_metadata'],
    ['is huge', () => idp.metadata({ prolog: ' '.repeat(10), inside: `<!--${'x'.repeat(2_000_000)}-->` }), 'xml.too_large'],
    [
      'is out of date',
      () => idp.metadata().replace(' entityID=', ' validUntil="2026-11-22T11:59:59Z" entityID='),
      'saml_metadata.expired',
    ],
    [
      'has a date that is none',
      () => idp.metadata().replace(' entityID=', ' validUntil="later" entityID='),
      'saml_metadata.not_metadata',
    ],
    [
      'sends people to an IP address',
      () => idp.metadata().replaceAll(idp.ssoUrl, 'https://10.0.0.1/sso'),
      'saml_metadata.endpoint_refused',
    ],
  ];
  for (const [name, document, code] of refusals) it(`that ${name} is refused: ${code}`, () => refused(reread(document()), code));

  it('that cannot be had is refused', () => refused(reread(new Response('gone', { status: 503 })), 'saml_metadata.not_metadata'));
});

describe('Metadata with pinned certificates is read only as they signed it', () => {
  const pinned = { metadataCertificates: [federation.certificatePem] };
  const more = { moreCertificates: [second.certificateBase64] };

  /** The document in canonical form, so that what is signed and what is sent are the same text. */
  function unsigned(source = idp): string {
    const document = source
      .metadata({ ...more, prolog: '' })
      .replace(/\n\s*/g, '')
      .replace(/></g, '><');
    const head = `<md:EntityDescriptor xmlns:md="${NS.md}" ID="_federation" entityID="${source.entityId}">`;
    const body = document.slice(document.indexOf('<md:IDPSSODescriptor'));
    return (head + body)
      .replace(/<ds:KeyInfo>/g, `<ds:KeyInfo xmlns:ds="${NS.ds}">`)
      .replace(/<md:(\w+)((?: [\w:]+="[^"]*")*)\/>/g, '<md:$1$2></md:$1>');
  }
  function signed(by: CertifiedKey, document = unsigned()): string {
    const signature = signatureXml([{ uri: '#_federation', canonical: canonicalOf(document, 'none') }], {
      key: by.privateKey,
      certificateBase64: by.certificateBase64,
      inclusive: 'none',
    });
    const at = document.indexOf('>') + 1;
    return document.slice(0, at) + signature + document.slice(at);
  }

  it('the valid control adds the new certificate', async () => {
    const found = await reread(signed(federation), pinned);
    assert.deepEqual(listOf(found.additions), [first.certificatePem, second.certificatePem]);
  });

  const document = signed(federation);
  const original = unsigned();
  const evil = idpWith(makeCertifiedKey());
  const rows: [name: string, document: string][] = [
    ['without a signature', original],
    ['signed by a stranger, whose certificate is in KeyInfo', signed(makeCertifiedKey())],
    ['signed by the provider’s own key, which nobody pinned', signed(first)],
    [
      'changed after it was signed',
      document.replace(second.certificateBase64.slice(0, 40), first.certificateBase64.slice(0, 40)),
    ],
    ['signed, inside of another entity', wrapped(document)],
    [
      'signed, with the signature moved to another document',
      unsigned(evil).replace('>', `>${/<ds:Signature.*<\/ds:Signature>/s.exec(document)?.[0]}`),
    ],
    ['with two signatures', signed(federation, document)],
  ];
  function wrapped(inner: string): string {
    const outer = unsigned(evil).replace('ID="_federation"', 'ID="_evil"');
    return outer.replace('</md:EntityDescriptor>', `<md:Extensions>${inner}</md:Extensions></md:EntityDescriptor>`);
  }
  for (const [name, text] of rows)
    it(`${name}: saml_metadata.signature_refused`, () => refused(reread(text, pinned), 'saml_metadata.signature_refused'));

  it('the same holds when a connection is made from it', async () => {
    const source = { kind: 'url', url: METADATA_URL, signedBy: [federation.certificatePem] } as const;
    const fetched = (text: string) =>
      saml.fetchConfiguration(
        source,
        worldAt(0, () => new Response(text)),
      );
    assert.equal((await fetched(document)).settings['issuer'], idp.entityId);
    await refused(fetched(original), 'saml_metadata.signature_refused');
  });
});
