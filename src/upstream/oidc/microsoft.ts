import type { GraphAccess } from '../microsoft/index.ts';
import { cloudOf, clouds, readDirectoryIssuer } from '../microsoft/index.ts';
import type { OidcSettings } from './settings.ts';

export { type DirectoryIssuer, GUID, graphHosts, readDirectoryIssuer } from '../microsoft/index.ts';

/** Issuer of one directory in the public cloud, version 2.0. */
export function issuerOfDirectory(directoryId: string): string {
  return `${clouds.public.signIn}/${directoryId.toLowerCase()}/v2.0`;
}

/** Issuer of the version 1.0 tokens that this sign-in address gives. */
export function issuerOfVersion1(signInUrl: string, directoryId: string): string {
  return `${cloudOf({ signInUrl }).issuerV1}${directoryId}/`;
}

/** Recognises the issuer of one directory, of either version. */
export function directoryOfIssuer(issuer: string): string | undefined {
  return readDirectoryIssuer(issuer)?.directoryId;
}

/**
 * Endpoints of one directory in the public cloud, as its metadata lists them. Which version a token has is decided by the endpoint
 * that it is asked for at. @see Microsoft Learn, "ID tokens in the Microsoft identity platform" (v1.0 and v2.0)
 */
export function endpointsOfDirectory(
  directoryId: string,
  version: '1.0' | '2.0' = '2.0',
): Record<'authorizationEndpoint' | 'tokenEndpoint' | 'endSessionEndpoint' | 'jwksUri', string> {
  const root = `${clouds.public.signIn}/${directoryId.toLowerCase()}`;
  const part = version === '2.0' ? '/v2.0' : '';
  return {
    authorizationEndpoint: `${root}/oauth2${part}/authorize`,
    tokenEndpoint: `${root}/oauth2${part}/token`,
    endSessionEndpoint: `${root}/oauth2${part}/logout`,
    jwksUri: `${root}/discovery${part}/keys`,
  };
}

/** Which version of tokens an endpoint of Microsoft's gives; nothing for other addresses. */
export function versionOfEndpoint(endpoint: unknown): '1.0' | '2.0' | undefined {
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  if (!url || !Object.values(clouds).some(({ signIn }) => signIn === url.origin)) return undefined;
  const found = /^\/[^/]+\/oauth2(\/v2\.0)?\/(?:authorize|token)$/.exec(url.pathname);
  return found ? (found[1] ? '2.0' : '1.0') : undefined;
}

/** How this connection asks Graph for groups; nothing where it is not to. */
export function graphAccessOf(
  settings: Pick<OidcSettings, 'kind' | 'groupOverage' | 'clientId' | 'tokenEndpoint' | 'keys'> & { directoryId?: string | null },
): GraphAccess | undefined {
  const { groupOverage, directoryId } = settings;
  if (settings.kind !== 'microsoft-oidc' || !groupOverage?.resolve || !directoryId) return undefined;
  return {
    cloud: cloudOf({ graphUrl: groupOverage.graphUrl, signInUrl: settings.tokenEndpoint }),
    directoryId: directoryId.toLowerCase(),
    clientId: groupOverage.clientId ?? settings.clientId,
    keys: settings.keys?.clientAssertion ?? [],
  };
}
