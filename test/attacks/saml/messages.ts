import { insertSignature, instant, type RespondOptions } from '../../kit/saml/idp.ts';
import { type SigningOptions, signatureXml } from '../../kit/saml/signing.ts';
import { audienceRestrictionXml, type Confirmation, canonicalOf, conditionsXml } from '../../kit/saml/templates.ts';
import type { Answering, Waiting } from './stage.ts';

/** Another service provider than ours. */
export const ELSEWHERE = 'https://other.example/sp';

/** Seconds from now, as the message is made. */
export const at = (seconds: number): string => instant(undefined, seconds);

/** A restriction to this entity id: ours, as the helpers below hand it in. */
export const ours = (id: string): string => audienceRestrictionXml(id);

/** An answer whose Conditions have this content, made of our entity id. */
export const conditions = (
  content: (ours: string) => string,
  given: () => { notBefore?: string | null; notOnOrAfter?: string | null } = () => ({}),
): Answering => ({
  change: ({ connection }) => ({
    conditions: conditionsXml({ notBefore: at(-60), notOnOrAfter: at(300), content: content(connection.spEntityId), ...given() }),
  }),
});

/** An answer with exactly these confirmations; what they do not say is as it should be. */
export const confirmed = (...made: ((waiting: Waiting) => Confirmation)[]): Answering => ({
  change: (waiting) => ({ confirmations: made.map((one) => one(waiting)) }),
});

/** The assertion signed by the configured key, with any shape of signature. */
export function shaped(shape: (signed: { uri: string; canonical: string; key: SigningOptions['key'] }) => string): Answering {
  return {
    change: ({ connection }: Waiting): Partial<RespondOptions> => ({
      sign: 'none',
      afterSigning: {
        assertion: (xml) => {
          const uri = `#${/ ID="([^"]*)"/.exec(xml)?.[1] ?? ''}`;
          return insertSignature(xml, shape({ uri, canonical: canonicalOf(xml, 'none'), key: connection.idp.keys.privateKey }));
        },
      },
    }),
  };
}

export const withUri = (uri: string | null): Answering =>
  shaped(({ canonical, key }) => signatureXml([{ uri, canonical }], { key }));
export const withTransforms = (...transforms: string[]): Answering =>
  shaped(({ uri, canonical, key }) => signatureXml([{ uri, canonical, transforms }], { key }));
export const withSignedInfo = (editSignedInfo: (xml: string) => string): Answering =>
  shaped(({ uri, canonical, key }) => signatureXml([{ uri, canonical }], { key, editSignedInfo }));
