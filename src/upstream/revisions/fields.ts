import { fingerprintsOf } from './certificates.ts';

/**
 * What a changed field means for the people who sign in:
 * `trust` whom we ask and as whom: staged, and an attempt that began before it is over;
 * `sensitive` staged; `plain` live at once; `label` live at once, and what Verify found still holds;
 * `switch` lets people in or keeps them out: off at once, on like a sensitive one; `fixed` never changes.
 */
export type FieldClass = 'trust' | 'sensitive' | 'plain' | 'label' | 'switch' | 'fixed';

export interface FieldRule {
  readonly class: FieldClass;
  readonly because: string;
  /** A change of a sensitive field that is plain all the same: something is added or demanded, nothing is given up. */
  readonly harmless?: (before: unknown, after: unknown) => boolean;
}

/** Of a field that the table does not have: nobody has thought about it yet. */
export const UNKNOWN_FIELD: FieldRule = { class: 'sensitive', because: 'nobody has said yet what a change of it does' };

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const holds = (whole: unknown, part: unknown): boolean => list(part).every((one) => list(whole).includes(one));

const staysOn = (_before: unknown, after: unknown): boolean => after !== false;
const staysOff = (_before: unknown, after: unknown): boolean => after !== true;
/** One of them suffices: fewer demand more, none demands nothing. */
const fewer = (before: unknown, after: unknown): boolean =>
  list(before).length === 0 || (list(after).length > 0 && holds(before, after));
/** Each of them is needed. */
const more = (before: unknown, after: unknown): boolean => holds(after, before);
/** Each of them is let through. */
const without = (before: unknown, after: unknown): boolean => holds(before, after);
const sooner = (before: unknown, after: unknown): boolean =>
  typeof after === 'number' && (typeof before !== 'number' || after <= before);
const certificateAdded = (before: unknown, after: unknown): boolean => holds(fingerprintsOf(after), fingerprintsOf(before));

const trust = (because: string): FieldRule => ({ class: 'trust', because });
const sensitive = (because: string, harmless?: FieldRule['harmless']): FieldRule => ({ class: 'sensitive', because, harmless });
const plain = (because: string): FieldRule => ({ class: 'plain', because });
const label = (because: string): FieldRule => ({ class: 'label', because });
const fixed = (because: string): FieldRule => ({ class: 'fixed', because });

const WHO_IS_ASKED = 'it says who is believed';
const WHERE_PEOPLE_GO = 'people, codes and secrets are sent there';
const OUR_NAME = 'the provider knows us by it';
const OUR_PROOF = 'the provider refuses everybody when it does not fit';
const WHO_SOMEBODY_IS = 'it decides which account somebody is let into';
const WHO_COMES_HERE = 'it decides who is sent to this provider';
const LOOSENS = 'loosened, it lets in who was refused before';
const WHAT_IS_ASKED = 'the provider may refuse it, and claims that identify people may stay away';
const WHAT_IS_GIVEN = 'it decides what people are given, not who they are; roles beyond the caller are refused';
const FOR_READING = 'people read it';
const BY_THE_GATEWAY = 'the gateway fills it in';

/** Lists of PEMs: shown by fingerprint and expiry. */
export const certificateFields: readonly string[] = ['/saml/verificationCertificates', '/saml/metadataCertificates'];

/** Each field of the document by JSON pointer; what lies below a field here is one value. */
export const fieldRules: Readonly<Record<string, FieldRule>> = {
  '/kind': fixed('another kind is another identity provider'),
  '/slug': fixed('redirect URIs and entity ids hold it'),
  '/preset': label(FOR_READING),
  '/name': label(FOR_READING),
  '/enabled': { class: 'switch', because: 'it lets everybody in or nobody' },
  '/users/create': plain(WHAT_IS_GIVEN),
  '/users/update': plain(WHAT_IS_GIVEN),
  '/users/defaultGroups': plain(WHAT_IS_GIVEN),
  '/users/defaultRoles': plain(WHAT_IS_GIVEN),
  '/users/pendingActivation': plain(WHAT_IS_GIVEN),
  '/claims/email': sensitive(WHO_SOMEBODY_IS),
  '/claims/userId': sensitive(WHO_SOMEBODY_IS),
  '/claims/userPrincipalName': sensitive(WHO_SOMEBODY_IS),
  '/claims/securityId': sensitive(WHO_SOMEBODY_IS),
  '/claims/phone': plain(WHAT_IS_GIVEN),
  '/claims/mobile': plain(WHAT_IS_GIVEN),
  '/claims/firstName': plain(WHAT_IS_GIVEN),
  '/claims/lastName': plain(WHAT_IS_GIVEN),
  '/claims/locale': plain(WHAT_IS_GIVEN),
  '/claims/groups': plain(WHAT_IS_GIVEN),
  '/claims/roles': plain(WHAT_IS_GIVEN),
  '/claims/custom': plain(WHAT_IS_GIVEN),
  '/access': sensitive('it decides who is let in at all'),
  '/groupFilter': plain(WHAT_IS_GIVEN),
  '/whenMissing': plain(WHAT_IS_GIVEN),
  '/groupMappings': plain(WHAT_IS_GIVEN),
  '/groupSync': plain(WHAT_IS_GIVEN),
  '/assignedGroups': plain(WHAT_IS_GIVEN),
  '/roleMappings': plain(WHAT_IS_GIVEN),
  '/roleSync': plain(WHAT_IS_GIVEN),
  '/authentication/enabled': { class: 'switch', because: 'it lets everybody in or nobody' },
  '/authentication/default': sensitive(WHO_COMES_HERE),
  '/authentication/domains': sensitive(WHO_COMES_HERE),
  '/authentication/userAttribute': sensitive(WHO_SOMEBODY_IS),
  '/authentication/claim': sensitive(WHO_SOMEBODY_IS),
  '/authentication/matchAttributes': sensitive(WHO_SOMEBODY_IS),
  '/portal/applicationId': plain('it leads people to an application that is registered here, and signs nobody in'),
  '/branding/buttonText': label(FOR_READING),
  '/branding/buttonImage': label(FOR_READING),

  '/oidc/clientId': trust(OUR_NAME),
  '/oidc/clientSecret': sensitive(OUR_PROOF),
  '/oidc/clientSecretExpiresAt': label('it only warns'),
  '/oidc/directoryId': trust(WHO_IS_ASKED),
  '/oidc/issuer': trust(WHO_IS_ASKED),
  '/oidc/clientAuthentication': sensitive(OUR_PROOF),
  '/oidc/clientAssertionAudience': sensitive(OUR_PROOF),
  '/oidc/requirePkce': sensitive(LOOSENS, staysOn),
  '/oidc/codeChallengeMethodsSupported': plain('it says what the provider can; nothing is sent otherwise for it'),
  '/oidc/authorizationResponseIssParameterSupported': sensitive(LOOSENS, staysOn),
  '/oidc/authorizationEndpoint': trust(WHERE_PEOPLE_GO),
  '/oidc/tokenEndpoint': trust(WHERE_PEOPLE_GO),
  '/oidc/userinfoEndpoint': trust(WHERE_PEOPLE_GO),
  '/oidc/revocationEndpoint': sensitive(WHERE_PEOPLE_GO),
  '/oidc/endSessionEndpoint': sensitive(WHERE_PEOPLE_GO),
  '/oidc/jwksUri': trust('the keys that are believed come from there'),
  '/oidc/scopes': sensitive(WHAT_IS_ASKED),
  '/oidc/idTokenClaims': sensitive(WHAT_IS_ASKED),
  '/oidc/userinfoClaims': sensitive(WHAT_IS_ASKED),
  '/oidc/maxAgeSeconds': sensitive(LOOSENS, sooner),
  '/oidc/acrValues': sensitive(LOOSENS, fewer),
  '/oidc/amrValues': sensitive(LOOSENS, more),
  '/oidc/enforceContext': sensitive(LOOSENS, staysOn),
  '/oidc/groupOverage': plain(WHAT_IS_GIVEN),
  '/oidc/allowThirdPartyInitiated': sensitive(LOOSENS, staysOff),
  '/oidc/redirectUri': fixed(BY_THE_GATEWAY),
  '/oidc/initiateLoginUri': fixed(BY_THE_GATEWAY),
  '/oidc/postLogoutRedirectUri': fixed(BY_THE_GATEWAY),
  '/oidc/keys': fixed(BY_THE_GATEWAY),

  '/saml/spEntityId': trust(OUR_NAME),
  '/saml/acsUrl': fixed(BY_THE_GATEWAY),
  '/saml/spSloUrl': fixed(BY_THE_GATEWAY),
  '/saml/issuer': trust(WHO_IS_ASKED),
  '/saml/ssoUrl': trust(WHERE_PEOPLE_GO),
  '/saml/ssoBinding': sensitive(OUR_PROOF),
  '/saml/sloUrl': sensitive(WHERE_PEOPLE_GO),
  '/saml/sloBinding': sensitive(OUR_PROOF),
  '/saml/metadataUrl': sensitive('certificates that are believed come from there'),
  '/saml/verificationCertificates': sensitive('who signed with what is taken away is refused', certificateAdded),
  '/saml/metadataCertificates': sensitive('certificates that are believed are believed because of them'),
  '/saml/requireValidCertificates': sensitive(LOOSENS, staysOn),
  '/saml/verifySignatureOf': sensitive(LOOSENS),
  '/saml/nameIdFormat': sensitive(WHO_SOMEBODY_IS),
  '/saml/preferredNameIdFormat': sensitive(WHO_SOMEBODY_IS),
  '/saml/loginHintParameter': plain('it only fills in a field of the provider’s page'),
  '/saml/forceAuthn': sensitive(LOOSENS, staysOn),
  '/saml/requestedAuthnContexts': sensitive(LOOSENS, fewer),
  '/saml/enforceContext': sensitive(LOOSENS, staysOn),
  '/saml/repeatableAttributes': sensitive(LOOSENS, without),
  '/saml/signRequests': sensitive(OUR_PROOF),
  '/saml/allowIdpInitiated': sensitive(LOOSENS, staysOff),
  '/saml/groupOverage': plain(WHAT_IS_GIVEN),
  '/saml/keys': fixed(BY_THE_GATEWAY),
};
