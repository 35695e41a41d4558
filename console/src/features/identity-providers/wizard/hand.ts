/** What has to be known of a provider that publishes nothing, or that cannot be reached from here. */
export const handFields = {
  saml: ['/saml/issuer', '/saml/ssoUrl', '/saml/verificationCertificates'],
  oidc: ['/oidc/authorizationEndpoint', '/oidc/tokenEndpoint', '/oidc/jwksUri', '/oidc/userinfoEndpoint'],
} as const;

/** Userinfo is the one that a provider may be without. */
export const optional: readonly string[] = ['/oidc/userinfoEndpoint'];

export type HandValues = Readonly<Record<string, string>>;
export type Member = keyof typeof handFields;

export const isHandComplete = (values: HandValues, member: Member): boolean =>
  handFields[member].every((pointer) => optional.includes(pointer) || (values[pointer] ?? '').trim() !== '');

/** As the document takes it: certificates one by one, everything else as text. */
export function settingsByHand(values: HandValues, member: Member): Record<string, unknown> {
  return Object.fromEntries(
    handFields[member].flatMap((pointer) => {
      const text = (values[pointer] ?? '').trim();
      const name = pointer.split('/')[2] ?? '';
      if (text === '') return [];
      const pems = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [text];
      return [[name, name === 'verificationCertificates' ? pems : text]];
    }),
  );
}
