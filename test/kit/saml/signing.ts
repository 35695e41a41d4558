import { constants, createHash, createHmac, type KeyObject, sign } from 'node:crypto';
import { attribute, NS } from './templates.ts';

export type SignatureAlgorithm =
  | 'rsa-sha1'
  | 'rsa-sha256'
  | 'rsa-sha384'
  | 'rsa-sha512'
  | 'rsa-pss-sha256'
  | 'rsa-pss-sha512'
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'hmac-sha1'
  | 'hmac-sha256';
export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#';

export const SIGNATURE_URIS: Readonly<Record<SignatureAlgorithm, string>> = {
  'rsa-sha1': `${NS.ds}rsa-sha1`,
  'rsa-sha256': `${MORE}rsa-sha256`,
  'rsa-sha384': `${MORE}rsa-sha384`,
  'rsa-sha512': `${MORE}rsa-sha512`,
  'rsa-pss-sha256': `${MORE_2007}sha256-rsa-MGF1`,
  'rsa-pss-sha512': `${MORE_2007}sha512-rsa-MGF1`,
  'ecdsa-sha256': `${MORE}ecdsa-sha256`,
  'ecdsa-sha384': `${MORE}ecdsa-sha384`,
  'ecdsa-sha512': `${MORE}ecdsa-sha512`,
  'hmac-sha1': `${NS.ds}hmac-sha1`,
  'hmac-sha256': `${MORE}hmac-sha256`,
};

export const DIGEST_URIS: Readonly<Record<DigestAlgorithm, string>> = {
  md5: `${MORE}md5`,
  sha1: `${NS.ds}sha1`,
  sha256: `${NS.xenc}sha256`,
  sha384: `${MORE}sha384`,
  sha512: `${NS.xenc}sha512`,
};

export const ENVELOPED = `${NS.ds}enveloped-signature`;
export const EXCLUSIVE = NS.ec;

/** One reference of a signature: what it names, how it is transformed, the canonical text that it covers. */
export interface SignedReference {
  uri: string | null;
  canonical: string;
  transforms?: readonly string[];
}

export interface SigningOptions {
  key: KeyObject;
  certificateBase64?: string;
  algorithm?: SignatureAlgorithm;
  digest?: DigestAlgorithm;
  inclusive?: 'xs' | 'none';
  canonicalization?: string;
  /** The key of an HMAC, for the attack that uses the public certificate as one. */
  hmacKey?: string;
  /** Changes SignedInfo before it is signed; must stay canonical. */
  editSignedInfo?: (signedInfo: string) => string;
}

/** A `ds:Signature` over canonical texts, with SignedInfo written so that its canonical form is known without a parser. */
export function signatureXml(references: readonly SignedReference[], options: SigningOptions): string {
  const algorithm = options.algorithm ?? 'rsa-sha256';
  const content =
    `<ds:CanonicalizationMethod${attribute('Algorithm', options.canonicalization ?? EXCLUSIVE)}></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod${attribute('Algorithm', SIGNATURE_URIS[algorithm])}></ds:SignatureMethod>` +
    references.map((reference) => referenceXml(reference, options)).join('');
  const edit = options.editSignedInfo ?? ((same: string) => same);
  const canonical = edit(`<ds:SignedInfo xmlns:ds="${NS.ds}">${content}</ds:SignedInfo>`);
  const signature = signatureOf(canonical, algorithm, options).toString('base64');
  const keyInfo = options.certificateBase64
    ? `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${options.certificateBase64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
    : '';
  const signedInfo = canonical.replace(` xmlns:ds="${NS.ds}"`, '');
  return `<ds:Signature xmlns:ds="${NS.ds}">${signedInfo}<ds:SignatureValue>${signature}</ds:SignatureValue>${keyInfo}</ds:Signature>`;
}

function referenceXml(reference: SignedReference, options: SigningOptions): string {
  const digest = options.digest ?? 'sha256';
  const prefixes =
    options.inclusive === 'xs' ? `<ec:InclusiveNamespaces xmlns:ec="${NS.ec}" PrefixList="xs"></ec:InclusiveNamespaces>` : '';
  const transforms = (reference.transforms ?? [ENVELOPED, EXCLUSIVE])
    .map((uri) => `<ds:Transform${attribute('Algorithm', uri)}>${uri === EXCLUSIVE ? prefixes : ''}</ds:Transform>`)
    .join('');
  const value = createHash(digest).update(reference.canonical).digest('base64');
  return (
    `<ds:Reference${attribute('URI', reference.uri)}><ds:Transforms>${transforms}</ds:Transforms>` +
    `<ds:DigestMethod${attribute('Algorithm', DIGEST_URIS[digest])}></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue></ds:Reference>`
  );
}

function signatureOf(canonical: string, algorithm: SignatureAlgorithm, options: SigningOptions): Buffer {
  const hash = algorithm.slice(algorithm.lastIndexOf('-') + 1);
  if (algorithm.startsWith('hmac'))
    return createHmac(hash, options.hmacKey ?? '')
      .update(canonical)
      .digest();
  const data = Buffer.from(canonical);
  if (algorithm.startsWith('ecdsa')) return sign(hash, data, { key: options.key, dsaEncoding: 'ieee-p1363' });
  if (!algorithm.startsWith('rsa-pss')) return sign(hash, data, options.key);
  return sign(hash, data, {
    key: options.key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}
