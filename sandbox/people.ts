/** Somebody who has an account at the sandbox identity provider. */
export interface Person {
  /** Stable and opaque: OIDC `sub`, persistent NameID. */
  readonly id: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly phone: string;
  readonly locale: string;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

/** The one mail domain of the sandbox; the start-up vouches for it in the tenant `demo`. */
export const SANDBOX_DOMAIN = 'acme.example';

/** Numbers are from the ranges kept for fiction (Ofcom; NANP 555-01xx), names go beyond ASCII. */
export const PEOPLE: readonly Person[] = [
  {
    id: 'p-7f3c1a92',
    email: 'ada@acme.example',
    givenName: 'Ada',
    familyName: 'Park',
    phone: '+442079460101',
    locale: 'en-GB',
    groups: ['Engineering', 'All Staff'],
    roles: ['app_admin'],
  },
  {
    id: 'p-2b9e6d04',
    email: 'ben@acme.example',
    givenName: 'Ben',
    familyName: 'Okafor',
    phone: '+442079460127',
    locale: 'en-GB',
    groups: ['Sales', 'All Staff'],
    roles: ['app_user'],
  },
  {
    id: 'p-c58d0e71',
    email: 'carla@acme.example',
    givenName: 'Carla',
    familyName: 'Reyes',
    phone: '+12025550143',
    locale: 'es-MX',
    groups: ['Finance', 'All Staff'],
    roles: ['app_user', 'report reader'],
  },
  {
    id: 'p-91aa4f3e',
    email: 'deniz@acme.example',
    givenName: 'Deniz',
    familyName: 'Yıldız',
    phone: '+12025550178',
    locale: 'tr-TR',
    groups: ['Engineering', 'Security & Compliance', 'All Staff'],
    roles: ['app_auditor', 'app_user'],
  },
  {
    id: 'p-e60b7c25',
    email: 'emi@acme.example',
    givenName: 'Emi',
    familyName: 'Tanaka',
    phone: '+12025550119',
    locale: 'ja-JP',
    groups: ['All Staff'],
    roles: [],
  },
];
