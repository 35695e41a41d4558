import type { Fetched } from '../api.ts';
import { type HandValues, handFields, isHandComplete, settingsByHand } from './hand.ts';

/** What was brought back from the vendor's console. Lives in this tab alone: secrets are not for addresses. */
export interface Pasted {
  issuer: string;
  directoryId: string;
  clientId: string;
  /** How we prove who we are. */
  proof: 'secret' | 'private_key_jwt' | 'none';
  clientSecret: string;
  clientSecretExpiresAt: string;
  metadataUrl: string;
  metadata: string;
  /** Addresses and certificates typed in, where nothing can be fetched. */
  hand?: HandValues;
}

/** Where the API may point at, that this step shows. */
export const shownPointers = [
  ...handFields.oidc,
  ...handFields.saml,
  '/slug',
  '/name',
  '/oidc/issuer',
  '/oidc/directoryId',
  '/oidc/clientId',
  '/oidc/clientSecret',
  '/oidc/clientSecretExpiresAt',
  '/saml/metadataUrl',
  '/issuer',
  '/metadataUrl',
  '/metadata',
];

/** What to ask for the configuration; nothing while it is not known yet. */
export function sourceOf(
  { issuer, directoryId, metadataUrl, metadata }: Pasted,
  kind: string,
): Record<string, string> | undefined {
  if (kind === 'saml')
    return metadata.trim() ? { metadata } : metadataUrl.trim() ? { metadataUrl: metadataUrl.trim() } : undefined;
  if (kind === 'microsoft-oidc')
    return directoryId.trim() ? { issuer: `https://login.microsoftonline.com/${directoryId.trim()}/v2.0` } : undefined;
  return issuer.trim() ? { issuer: issuer.trim() } : undefined;
}

export function documentOf(pasted: Pasted, found: Fetched | undefined, kind: string): Record<string, unknown> {
  const member = kind === 'saml' ? 'saml' : 'oidc';
  const settings = pasted.hand ? settingsByHand(pasted.hand, member) : (found?.settings ?? {});
  if (kind === 'saml') {
    const address =
      !pasted.hand && pasted.metadata.trim() === '' && pasted.metadataUrl.trim()
        ? { metadataUrl: pasted.metadataUrl.trim() }
        : {};
    return { saml: { ...settings, ...address } };
  }
  const given = {
    clientId: pasted.clientId.trim(),
    ...(pasted.proof === 'secret' ? { clientSecret: pasted.clientSecret || undefined } : { clientAuthentication: pasted.proof }),
    ...(pasted.proof === 'secret' && pasted.clientSecretExpiresAt
      ? { clientSecretExpiresAt: `${pasted.clientSecretExpiresAt}T23:59:59Z` }
      : {}),
  };
  if (kind === 'microsoft-oidc') return { oidc: { directoryId: pasted.directoryId.trim(), ...given } };
  return { oidc: { issuer: pasted.issuer.trim(), ...settings, ...given } };
}

/** Whether it can be kept. Microsoft's addresses follow from the directory, so they need not be fetched. */
export function isEnough(pasted: Pasted, found: Fetched | undefined, kind: string): boolean {
  const member = kind === 'saml' ? 'saml' : 'oidc';
  const isKnown = pasted.hand
    ? isHandComplete(pasted.hand, member)
    : found !== undefined || (kind === 'microsoft-oidc' && pasted.directoryId.trim() !== '');
  const isNamed = kind !== 'oidc' || pasted.issuer.trim() !== '';
  return isKnown && isNamed && (kind === 'saml' || pasted.clientId.trim() !== '');
}
