import { constants, sign } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { instant, newId, type SamlIdp, signInto } from './idp.ts';
import { checkEnveloped, checkRedirect, type RequestSource } from './requests.ts';
import { SIGNATURE_URIS, type SignatureAlgorithm, type SigningOptions } from './signing.ts';
import { attribute, type NameId, NS, nameIdXml, SUCCESS, statusXml, text } from './templates.ts';

/** A logout message as an identity provider, honest or not, writes it. */
export interface LogoutOptions {
  /** The other side's single logout service. */
  to: string;
  now?: Date;
  id?: string;
  version?: string;
  issuer?: string | null;
  destination?: string | null;
  issueInstant?: string;
}

export interface DemandOptions extends LogoutOptions {
  nameId: string | NameId;
  indexes?: readonly string[];
  notOnOrAfter?: string | null;
  /** In the place of the NameID. */
  name?: string;
}

export interface AnswerOptions extends LogoutOptions {
  inResponseTo: string | null;
  status?: string;
}

/** Unsigned, in canonical form. */
export function demandXml(idp: SamlIdp, options: DemandOptions): string {
  const { nameId, indexes = [], notOnOrAfter = instant(options.now, 300) } = options;
  const name = nameIdXml(typeof nameId === 'string' ? { value: nameId } : nameId).replace(
    '<saml:NameID',
    `<saml:NameID xmlns:saml="${NS.saml}"`,
  );
  const each = indexes.map((index) => `<samlp:SessionIndex>${text(index)}</samlp:SessionIndex>`).join('');
  return messageXml(idp, 'LogoutRequest', {
    options,
    attributes: { NotOnOrAfter: notOnOrAfter },
    content: `${options.name ?? name}${each}`,
  });
}

export function answerXml(idp: SamlIdp, options: AnswerOptions): string {
  const attributes = { InResponseTo: options.inResponseTo };
  return messageXml(idp, 'LogoutResponse', { options, attributes, content: options.status ?? statusXml(SUCCESS) });
}

function messageXml(
  { entityId }: SamlIdp,
  element: 'LogoutRequest' | 'LogoutResponse',
  { options, attributes, content }: { options: LogoutOptions; attributes: Record<string, string | null>; content: string },
): string {
  const { to, now, id = newId(), version = '2.0', issuer = entityId, destination = to } = options;
  const all = {
    Destination: destination,
    ID: id,
    IssueInstant: options.issueInstant ?? instant(now),
    Version: version,
    ...attributes,
  };
  const written = Object.entries(all)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => attribute(name, value))
    .join('');
  const issued = issuer === null ? '' : `<saml:Issuer xmlns:saml="${NS.saml}">${text(issuer)}</saml:Issuer>`;
  return `<samlp:${element} xmlns:samlp="${NS.samlp}"${written}>${issued}${content}</samlp:${element}>`;
}

type Field = 'SAMLRequest' | 'SAMLResponse';
const fieldOf = (xml: string): Field => (xml.includes('LogoutRequest ') ? 'SAMLRequest' : 'SAMLResponse');

/** As a form posts it, signed inside. */
export function posted(idp: SamlIdp, xml: string, signing: Partial<SigningOptions> = {}): Record<string, string> {
  return { [fieldOf(xml)]: Buffer.from(signInto(xml, idp, signing)).toString('base64') };
}

export interface RedirectOptions {
  relayState?: string;
  algorithm?: SignatureAlgorithm;
  /** Signs with other keys. */
  keys?: SamlIdp['keys'];
  /** How values are escaped; some products write lower-case escapes. */
  escape?: (value: string) => string;
  /** Changes the parameters before they are signed, or the query afterwards. */
  payload?: (xml: Buffer) => Buffer;
  afterSigning?: (query: string) => string;
}

/** The query of the redirect binding, signed over its own octets. */
export function redirected(idp: SamlIdp, xml: string, options: RedirectOptions = {}): string {
  const { algorithm = 'rsa-sha256', keys = idp.keys, escape = encodeURIComponent, payload = deflateRawSync } = options;
  const parameters: [string, string][] = [[fieldOf(xml), payload(Buffer.from(xml)).toString('base64')]];
  if (options.relayState !== undefined) parameters.push(['RelayState', options.relayState]);
  parameters.push(['SigAlg', SIGNATURE_URIS[algorithm]]);
  const octets = parameters.map(([name, value]) => `${name}=${escape(value)}`).join('&');
  const key = algorithm.startsWith('rsa-pss')
    ? { key: keys.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { key: keys.privateKey, dsaEncoding: 'ieee-p1363' as const };
  const hash = /sha\d+$/.exec(algorithm)?.[0] ?? 'sha256';
  const signature = sign(hash, Buffer.from(octets), key).toString('base64');
  return (options.afterSigning ?? ((same) => same))(`${octets}&Signature=${escape(signature)}`);
}

export interface ReceivedLogout {
  readonly xml: string;
  readonly kind: 'LogoutRequest' | 'LogoutResponse';
  readonly id: string;
  readonly issuer: string;
  readonly destination: string | undefined;
  readonly nameId: string | undefined;
  /** The start tag of the NameID. */
  readonly nameIdTag: string | undefined;
  readonly sessionIndex: string | undefined;
  readonly inResponseTo: string | undefined;
  readonly statuses: readonly string[];
  readonly relayState: string | undefined;
  readonly signature: 'verified' | 'unchecked' | 'absent';
}

/** Reads a logout message of ours by either binding, and verifies its signature. @throws when anything is wrong */
export function readLogout(source: RequestSource, spCertificatePem?: string): ReceivedLogout {
  if ('url' in source) {
    const url = String(source.url);
    const decoded = new URL(url).searchParams;
    const raw = new Map(
      url
        .slice(url.indexOf('?') + 1)
        .split('&')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const),
    );
    const message = decoded.get('SAMLRequest') ?? decoded.get('SAMLResponse') ?? '';
    const xml = inflateRawSync(Buffer.from(message, 'base64')).toString('utf8');
    if (xml.includes('Signature')) throw new Error('a redirected message has no signature inside');
    const signature = raw.has('Signature') ? checkRedirect(raw, decoded, spCertificatePem) : 'absent';
    return { ...readFields(xml), relayState: decoded.get('RelayState') ?? undefined, signature };
  }
  const { fields } = source;
  const xml = Buffer.from(fields['SAMLRequest'] ?? fields['SAMLResponse'] ?? '', 'base64').toString('utf8');
  const isSigned = xml.includes('<ds:Signature');
  if (isSigned && spCertificatePem !== undefined) checkEnveloped(xml, spCertificatePem);
  const signature = !isSigned ? 'absent' : spCertificatePem === undefined ? 'unchecked' : 'verified';
  return { ...readFields(xml), relayState: fields['RelayState'], signature };
}

function readFields(xml: string): Omit<ReceivedLogout, 'relayState' | 'signature'> {
  const [, kind = '', root = ''] = /^<samlp:(LogoutRequest|LogoutResponse) ([^>]*)>/.exec(xml) ?? [];
  const of = (name: string): string | undefined => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(root)?.[1];
  return {
    xml,
    kind: kind as ReceivedLogout['kind'],
    id: of('ID') ?? '',
    issuer: /<saml:Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? '',
    destination: of('Destination'),
    nameId: /<saml:NameID[^>]*>([^<]*)</.exec(xml)?.[1],
    nameIdTag: /<saml:NameID([^>]*)>/.exec(xml)?.[1],
    sessionIndex: /<samlp:SessionIndex>([^<]*)</.exec(xml)?.[1],
    inResponseTo: of('InResponseTo'),
    statuses: [...xml.matchAll(/StatusCode Value="([^"]*)"/g)].map(([, value = '']) => value),
  };
}
