import { after, before, describe } from 'node:test';
import { NS } from '../../kit/saml/templates.ts';
import { type Wrapping, wrap } from '../../kit/saml/wrapping.ts';
import { accept, answerTo, openStage, refuse, type Stage, VICTIM, type Waiting } from './stage.ts';

let stage: Stage;
const here = (): Stage => stage;

before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s;
const assertionOf = (xml: string): string => ASSERTION.exec(xml)?.[0] ?? '';

/** An assertion that says all that the true one says, of the victim, and that nobody signed. */
function evilFor(waiting: Waiting, id = '_evil'): string {
  const answer = answerTo(waiting, { change: { sign: 'none', nameId: VICTIM, assertion: { id } } });
  return assertionOf(Buffer.from(answer, 'base64').toString());
}

describe('signature wrapping: what was signed is what is read (T6-T17, T35)', () => {
  accept(here, [{ name: 'the assertion signed' }, { name: 'the response signed', change: { sign: 'response' } }]);

  const codes: Record<Wrapping, string> = {
    xsw1: 'saml.structure',
    xsw2: 'saml.structure',
    xsw3: 'saml.assertion_ambiguous',
    xsw4: 'saml.structure',
    xsw5: 'saml.assertion_ambiguous',
    xsw6: 'saml.structure',
    xsw7: 'saml.structure',
    xsw8: 'saml.structure',
  };
  refuse(
    here,
    (Object.keys(codes) as Wrapping[]).map((wrapping, at) => ({
      name: `T${at + 6}: ${wrapping.toUpperCase()}`,
      code: codes[wrapping],
      change: { sign: wrapping === 'xsw1' || wrapping === 'xsw2' ? ('response' as const) : ('assertion' as const) },
      xml: (xml: string) => wrap(xml, wrapping, { replace: 'alice', by: 'admin' }),
    })),
  );

  refuse(here, [
    {
      name: 'T6: the signed Response whole inside an evil one',
      code: 'saml.structure',
      change: { sign: 'response' },
      xml: (xml) =>
        xml
          .replace(/<ds:Signature .*?<\/ds:Signature>/s, '')
          .replaceAll('alice', 'admin')
          .replace(' ID="', ' ID="_evil')
          .replace('</samlp:Response>', `${xml}</samlp:Response>`),
    },
    {
      name: 'T8: the evil assertion behind the signed one',
      code: 'saml.assertion_ambiguous',
      xml: (xml, waiting) => xml.replace('</samlp:Response>', `${evilFor(waiting)}</samlp:Response>`),
    },
    {
      name: 'T8: the evil assertion with the signed one’s ID',
      code: 'saml.assertion_ambiguous',
      xml: (xml, waiting) =>
        xml.replace('<saml:Assertion', `${evilFor(waiting, / ID="([^"]*)"/.exec(assertionOf(xml))?.[1])}<saml:Assertion`),
    },
    {
      name: 'T12: the signed assertion in the Extensions, the evil one in its place',
      code: 'saml.structure',
      xml: (xml, waiting) =>
        xml
          .replace(assertionOf(xml), evilFor(waiting))
          .replace('<samlp:Status>', `<samlp:Extensions>${assertionOf(xml)}</samlp:Extensions><samlp:Status>`),
    },
    {
      name: 'T12: the signed assertion in the StatusDetail',
      code: 'saml.structure',
      xml: (xml, waiting) =>
        xml
          .replace(assertionOf(xml), evilFor(waiting))
          .replace('</samlp:Status>', `<samlp:StatusDetail>${assertionOf(xml)}</samlp:StatusDetail></samlp:Status>`),
    },
    {
      name: 'T13: the signed assertion in an Object, its signature outside of it',
      code: 'saml.structure',
      xml: (xml, waiting) => {
        const signature = /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
        const original = assertionOf(xml);
        const holding = signature.replace(
          '</ds:Signature>',
          `<ds:Object>${original.replace(signature, '')}</ds:Object></ds:Signature>`,
        );
        return xml.replace(original, evilFor(waiting).replace('</saml:Issuer>', `</saml:Issuer>${holding}`));
      },
    },
    {
      name: 'T17: the signed assertion in the Advice of the evil one',
      code: 'saml.structure',
      xml: (xml, waiting) =>
        xml.replace(
          assertionOf(xml),
          evilFor(waiting).replace('<saml:AuthnStatement', `<saml:Advice>${assertionOf(xml)}</saml:Advice><saml:AuthnStatement`),
        ),
    },
    {
      name: 'the signed assertion in an attribute value of the evil one',
      code: 'saml.structure',
      xml: (xml, waiting) =>
        xml.replace(
          assertionOf(xml),
          evilFor(waiting)
            .replace('>admin', `>${assertionOf(xml)}admin`)
            .replace('>alice@', `>${assertionOf(xml)}alice@`),
        ),
    },
    {
      name: 'a signature behind the Subject',
      code: 'saml.structure',
      xml: (xml) => xml.replace(/(<ds:Signature .*?<\/ds:Signature>)(<saml:Subject>.*?<\/saml:Subject>)/s, '$2$1'),
    },
    {
      name: 'Response and Assertion with one ID',
      code: 'xml.duplicate_id',
      change: { response: { id: '_same' }, assertion: { id: '_same' } },
    },
    {
      name: 'T35: a decoy Assertion of a foreign namespace',
      code: 'saml.structure',
      xml: (xml, waiting) => xml.replace('<saml:Assertion', `${evilFor(waiting).replace(NS.saml, 'urn:x')}<saml:Assertion`),
    },
    {
      name: 'T35: the prefix of the Assertion bound to a foreign namespace',
      code: 'saml.structure',
      xml: (xml) => xml.replace(`<saml:Assertion xmlns:saml="${NS.saml}"`, '<saml:Assertion xmlns:saml="urn:x"'),
    },
    {
      name: 'T35: a NameID whose prefix is bound anew',
      code: 'xml.signature_digest',
      xml: (xml) => xml.replace('<saml:NameID ', '<saml:NameID xmlns:saml="urn:x" '),
    },
    {
      name: 'T35: the ds prefix bound to a foreign namespace',
      code: 'saml.signature_missing',
      xml: (xml) => xml.replace(`<ds:Signature xmlns:ds="${NS.ds}"`, '<ds:Signature xmlns:ds="urn:x"'),
    },
    {
      name: 'T35: xml:id in the place of the ID',
      code: 'xml.signature_reference',
      xml: (xml) => xml.replace(/(<saml:Assertion [^>]*?) ID="([^"]*)"/, '$1 xml:id="$2"'),
    },
    {
      name: 'T35: an ID of a foreign namespace in the place of the ID',
      code: 'xml.signature_reference',
      xml: (xml) => xml.replace(/(<saml:Assertion [^>]*?) ID="([^"]*)"/, '$1 xmlns:x="urn:x" x:ID="$2"'),
    },
    {
      name: 'T35: a relative namespace, for which there is no canonical form',
      code: 'xml.canonicalization',
      xml: (xml) =>
        xml
          .replace('<saml:Assertion ', '<saml:Assertion xmlns:x="1" ')
          .replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='),
    },
    {
      name: 'T35: a prefix that nobody declared',
      code: 'xml.malformed',
      xml: (xml) => xml.replace('<samlp:Status>', '<samlp:Status y:z="">'),
    },
    { name: 'a LogoutResponse', code: 'saml.structure', xml: (xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutResponse') },
    {
      name: 'an Assertion as the root',
      code: 'saml.structure',
      xml: (xml, { id }) => assertionOf(xml).replace('<saml:Assertion ', `<saml:Assertion InResponseTo="${id}" `),
    },
  ]);
});

describe('one encrypted and one plain assertion (T15)', () => {
  const encrypted = (): { encryptTo: { certificatePem: string } } => ({
    encryptTo: { certificatePem: stage.encryptionCertificate },
  });
  accept(here, [{ name: 'an encrypted assertion alone', change: encrypted }]);
  refuse(here, [
    {
      name: 'T15: the plain one behind',
      code: 'saml.assertion_ambiguous',
      change: encrypted,
      xml: (xml, waiting) => xml.replace('</samlp:Response>', `${evilFor(waiting)}</samlp:Response>`),
    },
    {
      name: 'T15: the plain one before',
      code: 'saml.assertion_ambiguous',
      change: encrypted,
      xml: (xml, waiting) => xml.replace('<saml:EncryptedAssertion', `${evilFor(waiting)}<saml:EncryptedAssertion`),
    },
    {
      name: 'T15: the encrypted one inside of the plain one',
      code: 'saml.structure',
      change: encrypted,
      xml: (xml, waiting) => {
        const original = /<saml:EncryptedAssertion.*<\/saml:EncryptedAssertion>/s.exec(xml)?.[0] ?? '';
        return xml.replace(
          original,
          evilFor(waiting).replace('<saml:AuthnStatement', `<saml:Advice>${original}</saml:Advice><saml:AuthnStatement`),
        );
      },
    },
    {
      name: 'T15: two encrypted ones',
      code: 'saml.assertion_ambiguous',
      change: encrypted,
      xml: (xml) => xml.replace(/<saml:EncryptedAssertion.*<\/saml:EncryptedAssertion>/s, '$&$&'),
    },
  ]);
});
