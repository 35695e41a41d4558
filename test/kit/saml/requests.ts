import { createHash, verify, X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

/** Where a request arrived: the whole URL of a redirect, or the fields of a posted form. */
export type RequestSource = { url: string | URL } | { fields: Readonly<Record<string, string>> };

export interface ReceivedRequest {
  readonly xml: string;
  readonly id: string;
  readonly issuer: string;
  readonly acsUrl: string;
  readonly destination: string | undefined;
  readonly forceAuthn: boolean;
  readonly nameIdFormat: string | undefined;
  readonly requestedContexts: readonly string[];
  readonly relayState: string | undefined;
  /** Parameters of the URL that the binding does not define. */
  readonly otherParameters: Readonly<Record<string, string>>;
  readonly signature: 'verified' | 'unchecked' | 'absent';
}

/** Decodes an AuthnRequest of either binding and verifies its signature against the service provider's certificate. */
export function readRequest(source: RequestSource, spCertificatePem?: string): ReceivedRequest {
  return 'url' in source ? readRedirect(String(source.url), spCertificatePem) : readPosted(source.fields, spCertificatePem);
}

function readRedirect(url: string, certificatePem: string | undefined): ReceivedRequest {
  const query = url.slice(url.indexOf('?') + 1);
  const raw = new Map(query.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair] as const));
  const decoded = new URL(url).searchParams;
  const xml = inflateRawSync(Buffer.from(decoded.get('SAMLRequest') ?? '', 'base64'), { maxOutputLength: 100_000 }).toString(
    'utf8',
  );
  const signature = raw.has('Signature') ? checkRedirect(raw, decoded, certificatePem) : 'absent';
  const known = new Set(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature']);
  const otherParameters = Object.fromEntries([...decoded].filter(([name]) => !known.has(name)));
  return { ...readFields(xml), relayState: decoded.get('RelayState') ?? undefined, otherParameters, signature };
}

export function checkRedirect(
  raw: ReadonlyMap<string, string>,
  decoded: URLSearchParams,
  pem: string | undefined,
): 'verified' | 'unchecked' {
  if (pem === undefined) return 'unchecked';
  const signed = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg'].flatMap((name) => raw.get(name) ?? []).join('&');
  // Some identity providers rebuild the query before they verify: only upper-case escapes survive that.
  if (/%[0-9a-f]?[a-f]|\+/.test(signed)) throw new Error('the signed query has lower-case escapes or a plus sign');
  const hash = hashOf(decoded.get('SigAlg') ?? '');
  const valid = verify(
    hash,
    Buffer.from(signed),
    new X509Certificate(pem).publicKey,
    Buffer.from(decoded.get('Signature') ?? '', 'base64'),
  );
  if (!valid) throw new Error('the signature of the redirect is not valid');
  return 'verified';
}

function readPosted(fields: Readonly<Record<string, string>>, pem: string | undefined): ReceivedRequest {
  const xml = Buffer.from(fields['SAMLRequest'] ?? '', 'base64').toString('utf8');
  const signed = xml.includes('<ds:Signature');
  if (signed && pem !== undefined) checkEnveloped(xml, pem);
  const signature = !signed ? 'absent' : pem === undefined ? 'unchecked' : 'verified';
  return { ...readFields(xml), relayState: fields['RelayState'], otherParameters: {}, signature };
}

/** Holds for requests that are written in canonical form, which ours are. */
export function checkEnveloped(xml: string, pem: string): void {
  const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
  const signedInfo = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(signature)?.[0] ?? '';
  const canonical = signedInfo.replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">');
  const digest = /<ds:DigestValue>([^<]*)</.exec(signedInfo)?.[1];
  if (/<ds:Reference URI="#([^"]*)"/.exec(signedInfo)?.[1] !== / ID="([^"]*)"/.exec(xml)?.[1])
    throw new Error('the reference names another element');
  if (createHash('sha256').update(xml.replace(signature, '')).digest('base64') !== digest) throw new Error('the digest differs');
  const hash = hashOf(/SignatureMethod Algorithm="([^"]*)"/.exec(signedInfo)?.[1] ?? '');
  const value = Buffer.from(/<ds:SignatureValue>([^<]*)</.exec(signature)?.[1] ?? '', 'base64');
  const key = new X509Certificate(pem).publicKey;
  const dsaEncoding = 'ieee-p1363';
  if (!verify(hash, Buffer.from(canonical), { key, dsaEncoding }, value))
    throw new Error('the signature of the request is not valid');
}

function hashOf(algorithm: string): string {
  const hash = /(?:rsa|ecdsa)-(sha(?:256|384|512))$/.exec(algorithm)?.[1];
  if (hash === undefined) throw new Error(`unexpected signature algorithm ${algorithm}`);
  return hash;
}

function readFields(xml: string): Omit<ReceivedRequest, 'relayState' | 'otherParameters' | 'signature'> {
  const root = /<samlp:AuthnRequest ([^>]*)>/.exec(xml)?.[1] ?? '';
  const attributeOf = (tag: string, name: string): string | undefined => {
    const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag)?.[1];
    return found === undefined ? undefined : unescape(found);
  };
  return {
    xml,
    id: attributeOf(root, 'ID') ?? '',
    issuer: unescape(/<saml:Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? ''),
    acsUrl: attributeOf(root, 'AssertionConsumerServiceURL') ?? '',
    destination: attributeOf(root, 'Destination'),
    forceAuthn: attributeOf(root, 'ForceAuthn') === 'true',
    nameIdFormat: attributeOf(/<samlp:NameIDPolicy ([^>]*)>/.exec(xml)?.[1] ?? '', 'Format'),
    requestedContexts: [...xml.matchAll(/<saml:AuthnContextClassRef[^>]*>([^<]*)</g)].map((found) => unescape(found[1] ?? '')),
  };
}

function unescape(value: string): string {
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
