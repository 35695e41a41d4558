import { cloudOf, consentRequestOf } from '../microsoft/index.ts';
import type { ConsentRequest, ConsentWish } from '../protocol.ts';
import type { OidcSettings } from './settings.ts';

/** Entra only: other providers have no such page. */
export function askConsent(settings: OidcSettings, wish: ConsentWish): ConsentRequest | undefined {
  const { kind, directoryId, clientId, tokenEndpoint, groupOverage } = settings;
  if (kind !== 'microsoft-oidc' || !directoryId) return undefined;
  const cloud = cloudOf({ graphUrl: groupOverage?.graphUrl, signInUrl: tokenEndpoint });
  if (wish.purpose === 'sign-in') return consentRequestOf({ cloud, directoryId, clientId }, wish);
  if (!groupOverage?.resolve) return undefined;
  return consentRequestOf({ cloud, directoryId, clientId: groupOverage.clientId ?? clientId }, wish);
}
