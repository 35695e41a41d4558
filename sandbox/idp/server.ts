import { randomBytes } from 'node:crypto';
import { tellStyle } from '../html.ts';
import { PEOPLE } from '../people.ts';
import { type Routes, serve } from '../web.ts';
import type { IdpConfig, IdpWorld } from './config.ts';
import { readOrMakeKeys } from './keys.ts';
import { createGrants } from './oidc/grants.ts';
import { oidcRoutes } from './oidc/service.ts';
import { tellHome, tellRefusal } from './pages.ts';
import { samlRoutes } from './saml/service.ts';

export interface RunningIdp {
  /** Base URL and OIDC issuer. */
  readonly url: string;
  readonly oidc: { readonly issuer: string };
  readonly saml: { readonly entityId: string; readonly ssoUrl: string /** PEM */; readonly certificate: string };
  close(): Promise<void>;
}

const REAL_WORLD: IdpWorld = { now: () => new Date(), randomBytes };

/** Starts the sandbox identity provider; it listens when the promise resolves. Never for production: it asks for no password. */
export async function startIdp(config: IdpConfig, world: IdpWorld = REAL_WORLD): Promise<RunningIdp> {
  const people = config.people ?? PEOPLE;
  const keys = await readOrMakeKeys(config.dataFolder, world.now());
  const routes: { -readonly [Route in keyof Routes]: Routes[Route] } = {};
  const { port, close } = await serve({
    routes,
    host: config.host,
    port: config.port,
    tellRefusal,
    onFault: (fault) => console.error('sandbox idp:', fault),
  });
  // The port may have been any; only now the addresses are known.
  const url = config.url ?? `http://localhost:${port}`;
  const entityId = `${url}/saml/metadata`;
  const ssoUrl = `${url}/saml/sso`;
  Object.assign(
    routes,
    oidcRoutes({
      issuer: url,
      clients: config.oidcClients,
      gateway: config.gateway,
      people,
      keys: keys.oidc,
      grants: createGrants(world),
      world,
    }),
    samlRoutes({
      issuer: { entityId, keys: keys.saml, world },
      ssoUrl,
      providers: config.serviceProviders,
      gateway: config.gateway,
      people,
    }),
    {
      'GET /': () =>
        tellHome({
          issuer: url,
          metadata: entityId,
          sso: ssoUrl,
          people,
          client: config.gateway ? config.oidcClients[0] : undefined,
        }),
      'GET /style.css': tellStyle,
    } satisfies Routes,
  );
  return { url, oidc: { issuer: url }, saml: { entityId, ssoUrl, certificate: keys.saml.certificate }, close };
}
