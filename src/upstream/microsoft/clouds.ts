/** A directory or object id as Entra writes it. */
export const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One of Microsoft's clouds: they share no directories, and each has hosts of its own. */
export interface Cloud {
  /** Where people and applications sign in, origin. */
  readonly signIn: string;
  readonly graph: string;
  /** Issuer of version 1.0 tokens, up to the directory. */
  readonly issuerV1: string;
}

/** @see Microsoft Learn, "Microsoft Entra authentication & national clouds", "Microsoft Graph: national cloud deployments" */
export const clouds = {
  public: {
    signIn: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    issuerV1: 'https://sts.windows.net/',
  },
  government: {
    signIn: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    issuerV1: 'https://sts.windows.net/',
  },
  defense: {
    signIn: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    issuerV1: 'https://sts.windows.net/',
  },
  china: {
    signIn: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    issuerV1: 'https://sts.chinacloudapi.cn/',
  },
} as const satisfies Record<string, Cloud>;

const all: readonly Cloud[] = Object.values(clouds);

/** Every Graph there is. A token for a whole directory is sent there: nobody types in another one. */
export const graphHosts = [clouds.public.graph, clouds.government.graph, clouds.defense.graph, clouds.china.graph] as const;

/** The cloud that Graph host or, failing that, this sign-in address belongs to; the public one where neither says. */
export function cloudOf({ graphUrl, signInUrl }: { graphUrl?: string | null; signInUrl?: string }): Cloud {
  const origin = signInUrl === undefined ? undefined : URL.parse(signInUrl)?.origin;
  return (
    all.find(({ graph }) => graph === graphUrl) ??
    (graphUrl ? undefined : all.find(({ signIn }) => signIn === origin)) ??
    clouds.public
  );
}

/** The issuer of one directory, and which version of tokens it issues. */
export interface DirectoryIssuer {
  readonly directoryId: string;
  readonly version: '1.0' | '2.0';
}

/**
 * Recognises the issuer of one directory; a template (`{tenantid}`) and the shared names (`common`) are no directory.
 *
 * @see Microsoft Learn, "ID token claims reference" (iss), "OpenID Connect on the Microsoft identity platform"
 */
export function readDirectoryIssuer(issuer: string): DirectoryIssuer | undefined {
  const url = URL.parse(issuer);
  if (!url) return undefined;
  const [, directoryId = '', version, ...rest] = url.pathname.split('/');
  if (!GUID.test(directoryId) || rest.length > 0) return undefined;
  if (version === 'v2.0' && all.some(({ signIn }) => signIn === url.origin))
    return { directoryId: directoryId.toLowerCase(), version: '2.0' };
  if (version === '' && all.some(({ issuerV1 }) => issuerV1 === `${url.origin}/`))
    return { directoryId: directoryId.toLowerCase(), version: '1.0' };
  return undefined;
}
