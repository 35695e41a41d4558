/** A directory or object id as Entra writes it. */
export const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Sign-in hosts of the public cloud and of the national clouds. @see Microsoft Entra authentication & national clouds */
const HOSTS = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn'];
export const PUBLIC_CLOUD = 'https://login.microsoftonline.com';

/** Issuer of one directory, version 2.0 of the endpoint. */
export function issuerOfDirectory(directoryId: string): string {
  return `${PUBLIC_CLOUD}/${directoryId.toLowerCase()}/v2.0`;
}

/** Endpoints of one directory in the public cloud, as its metadata lists them. */
export function endpointsOfDirectory(
  directoryId: string,
): Record<'authorizationEndpoint' | 'tokenEndpoint' | 'endSessionEndpoint' | 'jwksUri', string> {
  const root = `${PUBLIC_CLOUD}/${directoryId.toLowerCase()}`;
  return {
    authorizationEndpoint: `${root}/oauth2/v2.0/authorize`,
    tokenEndpoint: `${root}/oauth2/v2.0/token`,
    endSessionEndpoint: `${root}/oauth2/v2.0/logout`,
    jwksUri: `${root}/discovery/v2.0/keys`,
  };
}

/** Recognises the issuer of one directory; a template (`{tenantid}`) and the shared names (`common`) are no directory. */
export function directoryOfIssuer(issuer: string): string | undefined {
  const url = URL.parse(issuer);
  if (!url || !HOSTS.includes(url.hostname)) return undefined;
  const [, directoryId = '', version] = url.pathname.split('/');
  return version === 'v2.0' && GUID.test(directoryId) ? directoryId.toLowerCase() : undefined;
}
