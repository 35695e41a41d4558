import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isProblem } from '#kernel/problem.ts';
import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { IdpMetadataOptions } from '#test/saml/metadata.ts';
import { ACS_URL, createScene, NOON, SP_ENTITY_ID, worldAt } from '#test/saml/scene.ts';
import { EMAIL, PERSISTENT, TRANSIENT } from '#test/saml/templates.ts';
import {
  guardXml,
  METADATA_LIMITS,
  openXml,
  readTree,
  readVerificationKey,
  verifySignatureOf,
  type XmlTree,
} from '#wire/xml/index.ts';
import type { FetchedConfiguration } from '../protocol.ts';
import { saml } from './index.ts';

const scene = createScene(saml);
const { idp } = scene;

const read = (document: string): Promise<FetchedConfiguration> =>
  saml.fetchConfiguration({ kind: 'document', document }, worldAt(0));
const fetched = (options?: IdpMetadataOptions): Promise<FetchedConfiguration> => read(idp.metadata(options));

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.code;
  }
}

describe('fetch configuration: metadata of an identity provider', () => {
  it('fills the settings', async () => {
    const { kind, settings, warnings } = await fetched({
      sloUrl: 'https://idp.example.net/slo',
      nameIdFormats: [TRANSIENT, EMAIL, PERSISTENT],
    });
    assert.equal(kind, 'saml');
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      { ...settings, verificationCertificates: undefined },
      {
        issuer: idp.entityId,
        ssoUrl: idp.ssoUrl,
        ssoBinding: 'redirect',
        sloBinding: 'redirect',
        sloUrl: 'https://idp.example.net/slo',
        preferredNameIdFormat: PERSISTENT,
        verificationCertificates: undefined,
      },
    );
    // Nobody says that the format that is offered is the one that comes.
    assert.equal((await scene.play({}, { settings })).code, null);
  });

  it('comes from an address, and from an issuer that is one', async () => {
    const world = worldAt(0, () => new Response(idp.metadata()));
    for (const source of [
      { kind: 'url', url: 'https://idp.example.net/metadata' },
      { kind: 'issuer', issuer: 'https://idp.example.net/metadata' },
    ] as const) {
      assert.equal((await saml.fetchConfiguration(source, world)).settings['metadataUrl'], 'https://idp.example.net/metadata');
    }
    const broken = worldAt(0, () => new Response('no', { status: 404 }));
    assert.equal(
      await codeOf(saml.fetchConfiguration({ kind: 'url', url: 'https://idp.example.net/metadata' }, broken)),
      'saml_metadata.not_metadata',
    );
  });

  it('may begin with a byte order mark and hold comments, as vendors have it', async () => {
    assert.equal(
      (
        await read(
          `\ufeff<?xml version="1.0" encoding="utf-8"?><!-- a <b> & c -->${idp.metadata({ prolog: '', inside: '<!-- x -->' })}`,
        )
      ).settings['issuer'],
      idp.entityId,
    );
  });

  it('uses POST where there is no redirect', async () => {
    const { settings } = await fetched({ ssoBindings: ['SOAP', 'HTTP-POST'], postUrl: 'https://idp.example.net/post' });
    assert.deepEqual([settings['ssoBinding'], settings['ssoUrl']], ['post', 'https://idp.example.net/post']);
  });

  it('asks for a transient name only where nothing else is offered, and says what that means', async () => {
    const { settings, warnings } = await fetched({ nameIdFormats: [TRANSIENT] });
    assert.equal(settings['nameIdFormat'], TRANSIENT);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['name_id_transient'],
    );
    const other = await fetched({ nameIdFormats: ['urn:example:format'] });
    assert.equal(other.settings['nameIdFormat'], undefined);
    assert.deepEqual(
      other.warnings.map(({ code }) => code),
      ['name_id_format_not_chosen'],
    );
  });

  it('takes keys without a stated use, and several of them', async () => {
    const next = makeCertifiedKey();
    const { settings } = await fetched({
      keyUse: 'unspecified',
      moreCertificates: [next.certificateBase64, next.certificateBase64],
    });
    assert.equal((settings['verificationCertificates'] as string[]).length, 2);
  });

  it('warns of certificates that have expired, soon will, or are not valid yet', async () => {
    const dated = (notBefore: string, notAfter: string): string =>
      makeCertifiedKey('ec-p256', { notBefore: new Date(notBefore), notAfter: new Date(notAfter) }).certificateBase64;
    const { warnings } = await fetched({
      moreCertificates: [
        dated('2020-01-01', '2021-01-01'),
        dated('2020-01-01', '2026-12-24'),
        dated('2027-01-01', '2030-01-01'),
        makeCertifiedKey('rsa-1024').certificateBase64,
      ],
    });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['certificate_expired', 'certificate_expires_soon', 'certificate_not_yet_valid', 'certificate_left_out'],
    );
    assert.equal(NOON.getUTCFullYear(), 2026);
  });

  const broken: readonly (readonly [string, string, string])[] = [
    [
      'T30: an external entity',
      'xml.doctype',
      `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${idp.metadata({ prolog: '' })}`,
    ],
    ['T82: no signing certificate', 'saml_metadata.no_signing_certificate', idp.metadata({ keyUse: 'none' })],
    ['T82: encryption keys alone', 'saml_metadata.no_signing_certificate', idp.metadata({ keyUse: 'encryption' })],
    [
      'T84: an address of javascript',
      'saml_metadata.endpoint_refused',
      idp.metadata().replaceAll(idp.ssoUrl, 'javascript:alert(1)'),
    ],
    ['T84: an address of data', 'saml_metadata.endpoint_refused', idp.metadata().replaceAll(idp.ssoUrl, 'data:text/html,x')],
    [
      'T84: an address by http',
      'saml_metadata.endpoint_refused',
      idp.metadata().replaceAll(idp.ssoUrl, 'http://idp.example.net/sso'),
    ],
    [
      'T84: an address with a fragment',
      'saml_metadata.endpoint_refused',
      idp.metadata().replaceAll(idp.ssoUrl, `${idp.ssoUrl}#x`),
    ],
    ['no endpoint that we can use', 'saml_metadata.no_endpoint', idp.metadata({ ssoBindings: ['SOAP'] })],
    [
      'a service provider’s metadata',
      'saml_metadata.no_identity_provider',
      idp.metadata().replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    ],
    ['another document', 'saml_metadata.not_metadata', '<html/>'],
    ['no XML', 'xml.malformed', 'https://idp.example.net'],
    [
      'a federation of several',
      'saml_metadata.several_identity_providers',
      `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${idp.metadata({ prolog: '' }).repeat(2)}</md:EntitiesDescriptor>`,
    ],
    [
      'a certificate with a comment inside',
      'xml.unexpected_structure',
      idp.metadata().replace('<ds:X509Certificate>', '<ds:X509Certificate><!-- x -->'),
    ],
    [
      'a weak certificate alone',
      'xml.key_not_allowed',
      idp.metadata().replace(/(<ds:X509Certificate>)[^<]*/, `$1${makeCertifiedKey('rsa-1024').certificateBase64}`),
    ],
  ];
  for (const [name, code, document] of broken) {
    it(`${name}: ${code}`, async () => {
      assert.equal(await codeOf(fetched()), null, 'the valid control is read');
      assert.equal(await codeOf(read(document)), code);
    });
  }
});

describe('SAML Metadata §2.4.4: what we tell about ourselves', () => {
  const describeOurselves = (changed: Record<string, unknown> = {}, form?: 'plain' | 'signed'): XmlTree => {
    using open = openXml(guardXml(Buffer.from(saml.metadata(saml.readSettings(scene.raw(changed)), { form })), METADATA_LIMITS));
    return readTree(open.root);
  };
  const attributesOf = (tree: XmlTree | undefined): Record<string, string> =>
    Object.fromEntries((tree?.attributes ?? []).map(({ name, value }) => [name, value]));

  it('names entity, consumer service, keys, format and wishes', () => {
    const entity = describeOurselves({ nameIdFormat: PERSISTENT });
    assert.equal(attributesOf(entity)['entityID'], SP_ENTITY_ID);
    const [service] = entity.children;
    assert.equal(attributesOf(service)['AuthnRequestsSigned'], 'true');
    assert.equal(attributesOf(service)['WantAssertionsSigned'], 'true');
    assert.deepEqual(
      service?.children.map(({ name }) => name),
      ['KeyDescriptor', 'KeyDescriptor', 'NameIDFormat', 'AssertionConsumerService'],
    );
    assert.deepEqual(
      service?.children.slice(0, 2).map((key) => attributesOf(key)['use']),
      ['signing', 'encryption'],
    );
    assert.equal(attributesOf(service?.children.at(-1))['Location'], ACS_URL);
    assert.equal(service?.children.at(-2)?.text, PERSISTENT);
  });

  it('says so when requests are not signed, and when the Response’s signature is enough', () => {
    const [service] = describeOurselves({ signRequests: false, verifySignatureOf: 'response' }).children;
    assert.equal(attributesOf(service)['AuthnRequestsSigned'], 'false');
    assert.equal(attributesOf(service)['WantAssertionsSigned'], 'false');
  });

  it('can be signed', () => {
    const document = saml.metadata(saml.readSettings(scene.raw()), { form: 'signed' });
    using open = openXml(guardXml(Buffer.from(document), METADATA_LIMITS));
    assert.ok(verifySignatureOf(open, open.root, [readVerificationKey(scene.own.certificatePem)]).octets.length > 0);
  });

  it('stays well-formed whatever names it carries (T44)', () => {
    for (const spEntityId of [']]><x/>', '--><x/>', '?>', '"><script>']) {
      assert.equal(attributesOf(describeOurselves({ spEntityId }))['entityID'], spEntityId);
    }
  });
});
