import { createHash, type KeyObject, sign } from 'node:crypto';
import { certificateBase64 } from './certificate.ts';
import { element, write, type XmlElement } from './xml.ts';

const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/**
 * The same message or assertion with an enveloped signature behind its issuer, where the schema wants it.
 * Shares nothing with the gateway's validator, so that both cannot be wrong in the same way.
 *
 * @see SAML Core §5.4; XML Signature §3.1
 */
export function signElement(target: XmlElement, key: { privateKey: KeyObject; certificate: string }): XmlElement {
  const digest = createHash('sha256').update(write(target)).digest('base64');
  const signedInfo = element(
    'ds:SignedInfo',
    {},
    element('ds:CanonicalizationMethod', { Algorithm: EXCLUSIVE_C14N }),
    element('ds:SignatureMethod', { Algorithm: RSA_SHA256 }),
    element(
      'ds:Reference',
      { URI: `#${target.attributes['ID']}` },
      element(
        'ds:Transforms',
        {},
        element('ds:Transform', { Algorithm: ENVELOPED }),
        element('ds:Transform', { Algorithm: EXCLUSIVE_C14N }),
      ),
      element('ds:DigestMethod', { Algorithm: SHA256 }),
      element('ds:DigestValue', {}, digest),
    ),
  );
  const signature = element(
    'ds:Signature',
    {},
    signedInfo,
    element('ds:SignatureValue', {}, sign('sha256', Buffer.from(write(signedInfo)), key.privateKey).toString('base64')),
    keyInfo(key.certificate),
  );
  const [issuer, ...rest] = target.children;
  return { ...target, children: [issuer!, signature, ...rest] };
}

export function keyInfo(certificate: string): XmlElement {
  return element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificateBase64(certificate))));
}
