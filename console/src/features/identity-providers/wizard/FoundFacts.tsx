import { Facts } from '../../../ui/Facts.tsx';
import { fieldOf, nameOfPointer } from '../form/fields.ts';
import { plural, textOf } from '../words.ts';

/** What a person wants to see of a fetched configuration, first things first. */
const first = [
  'issuer',
  'ssoUrl',
  'ssoBinding',
  'authorizationEndpoint',
  'tokenEndpoint',
  'userinfoEndpoint',
  'jwksUri',
  'endSessionEndpoint',
  'verificationCertificates',
  'nameIdFormat',
  'preferredNameIdFormat',
  'signRequests',
  'clientAuthentication',
];

export function FoundFacts({ settings }: { settings: Readonly<Record<string, unknown>> }) {
  const member = 'ssoUrl' in settings ? 'saml' : 'oidc';
  const facts = first
    .filter((name) => settings[name] !== undefined && settings[name] !== null)
    .map((name) => {
      const value = settings[name];
      const label = nameOfPointer(`/${member}/${name}`).replace(/^[^:]+: /, '');
      return [
        label,
        name === 'verificationCertificates' && Array.isArray(value)
          ? plural(value.length, 'certificate')
          : (fieldOf(`/${member}/${name}`)?.choices?.find(([choice]) => choice === value)?.[1] ?? textOf(value)),
      ] as const;
    });
  return <Facts facts={facts} />;
}
