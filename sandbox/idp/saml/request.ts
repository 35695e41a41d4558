import { inflateRawSync } from 'node:zlib';
import { ParseOption, XmlDocument, type XmlElement } from 'libxml2-wasm';
import { Refusal } from '../../web.ts';
import { isAtGateway, type ServiceProvider } from '../config.ts';

/** An AuthnRequest is a kilobyte or two, with a signature and extensions perhaps ten. */
const LARGEST_REQUEST = 64 * 1024;

const NAMES = { samlp: 'urn:oasis:names:tc:SAML:2.0:protocol', saml: 'urn:oasis:names:tc:SAML:2.0:assertion' };

/** What a service provider asks for. */
export interface AuthnRequest {
  readonly id: string;
  readonly provider: ServiceProvider;
  readonly isPassive: boolean;
  readonly nameIdFormat: string | undefined;
  readonly authnContexts: readonly string[];
  /** Whom the service provider expects, from the request's subject. */
  readonly loginHint: string | undefined;
}

/** The XML of a `SAMLRequest`. @throws Refusal, also for a DEFLATE stream that would grow beyond the bound */
export function decodeRequest(encoded: string, binding: 'redirect' | 'post'): string {
  const bytes = Buffer.from(encoded, 'base64');
  if (binding === 'post') return limited(bytes).toString('utf8');
  try {
    return inflateRawSync(bytes, { maxOutputLength: LARGEST_REQUEST }).toString('utf8');
  } catch {
    throw new Refusal(400, 'The SAML request is not DEFLATE-compressed, or too large.');
  }
}

export interface Expected {
  readonly ssoUrl: string;
  readonly providers: readonly ServiceProvider[];
  /** See `IdpConfig.gateway`. */
  readonly gateway?: string | undefined;
}

/**
 * Reads an AuthnRequest of a registered service provider. Its signature is not looked at: the answer goes to the registered
 * address alone, so a forged request gains nothing.
 *
 * @throws Refusal for anything that is not such a request
 * @see SAML Core §3.4.1; SAML Profiles §4.1.4.1
 */
export function readAuthnRequest(xml: string, expected: Expected): AuthnRequest {
  if (/<[!?](?!xml\s)/.test(xml)) throw new Refusal(400, 'The SAML request holds a document type, comment or instruction.');
  const document = parse(xml);
  try {
    const root = document.root;
    const is = (name: string, value: string): boolean => root.attr(name)?.value === value;
    const id = root.attr('ID')?.value ?? '';
    if (root.name !== 'AuthnRequest' || root.namespaceUri !== NAMES.samlp || !is('Version', '2.0') || !/^[\w.-]+$/.test(id)) {
      throw new Refusal(400, 'This is not a SAML 2.0 AuthnRequest.');
    }
    return {
      id,
      provider: findProvider(root, expected),
      isPassive: is('IsPassive', 'true') || is('IsPassive', '1'),
      nameIdFormat: (root.get('samlp:NameIDPolicy', NAMES) as XmlElement | null)?.attr('Format')?.value,
      authnContexts: root.find('samlp:RequestedAuthnContext/saml:AuthnContextClassRef', NAMES).map((node) => node.content.trim()),
      loginHint: root.get('saml:Subject/saml:NameID', NAMES)?.content.trim(),
    };
  } finally {
    document.dispose();
  }
}

function atGateway(asked: { entityId?: string; acsUrl?: string }, gateway: string | undefined): ServiceProvider | undefined {
  const { entityId = '', acsUrl = '' } = asked;
  return isAtGateway(entityId, gateway, 'metadata') && isAtGateway(acsUrl, gateway, 'acs') ? { entityId, acsUrl } : undefined;
}

function findProvider(root: XmlElement, expected: Expected): ServiceProvider {
  const entityId = root.get('saml:Issuer', NAMES)?.content.trim();
  const acsUrl = root.attr('AssertionConsumerServiceURL')?.value;
  const provider =
    expected.providers.find((one) => one.entityId === entityId) ?? atGateway({ entityId, acsUrl }, expected.gateway);
  if (!provider) throw new Refusal(403, `No service provider is registered here as “${entityId ?? ''}”.`);
  if (acsUrl !== undefined && acsUrl !== provider.acsUrl) {
    throw new Refusal(403, `The assertion consumer service “${acsUrl}” is not the registered one.`);
  }
  const destination = root.attr('Destination')?.value;
  if (destination !== undefined && destination.split('?')[0] !== expected.ssoUrl) {
    throw new Refusal(403, `The request was made for “${destination}”.`);
  }
  return provider;
}

function parse(xml: string): XmlDocument {
  try {
    return XmlDocument.fromString(xml, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE });
  } catch {
    throw new Refusal(400, 'The SAML request is not well-formed XML.');
  }
}

function limited(bytes: Buffer): Buffer {
  if (bytes.length > LARGEST_REQUEST) throw new Refusal(413, 'The SAML request is too large.');
  return bytes;
}
