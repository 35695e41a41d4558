import type { ApplicationId, TenantId } from '#kernel/ids.ts';
import type { Application, ApplicationStore } from './application.ts';
import { LAUNCH } from './routes.ts';

/** Where somebody wants to go who signs in without having come from an application. */
export interface LaunchWish {
  /** As a provider's portal, or anybody, said it: a registered address, or `app:` and the id of an application. */
  target: string | undefined;
  /** Where it says nothing, or nothing that is registered. */
  otherwise: ApplicationId | null;
}

/** An application that people can be led to. */
export interface Landing {
  applicationId: ApplicationId;
  /** Path and query under the tenant's URL that leads on, once somebody is signed in. */
  returnTo: string;
}

type Needs = { applications: Pick<ApplicationStore, 'find' | 'list'> };

/**
 * Which application the wish is for: the one that registered exactly this address, or that is named. Whatever else is wished for is not
 * followed, and not remembered either: RelayState and `target_link_uri` are anybody's to write (open redirect, RFC 9700 §4.11).
 *
 * @returns undefined when there is none
 */
export async function findLanding(
  { applications }: Needs,
  tenant: TenantId,
  { target, otherwise }: LaunchWish,
): Promise<Landing | undefined> {
  if (target?.startsWith(BY_ID)) {
    const named = await findLaunchable({ applications }, tenant, target.slice(BY_ID.length));
    if (named) return landingAt(named);
  } else if (target !== undefined) {
    const registrant = await findRegistrant({ applications }, tenant, target);
    if (registrant) return landingAt(registrant, target);
  }
  const usual = otherwise === null ? undefined : await findLaunchable({ applications }, tenant, otherwise);
  return usual && landingAt(usual);
}

const BY_ID = 'app:';

/** The application, if it is switched on and has registered where people may be sent. */
export async function findLaunchable({ applications }: Needs, tenant: TenantId, id: string): Promise<Application | undefined> {
  if (!/^[\x21-\x7e]{1,100}$/.test(id)) return undefined;
  const found = await applications.find(tenant, id as ApplicationId);
  return found?.application.enabled && isLaunchable(found.application) ? found.application : undefined;
}

const isLaunchable = ({ initiateLoginUri, launchUrls }: Application): boolean =>
  initiateLoginUri !== null || launchUrls.length > 0;

const PAGE = 200;

/** The first by id, should several have registered it. */
async function findRegistrant({ applications }: Needs, tenant: TenantId, target: string): Promise<Application | undefined> {
  for (let after: string | undefined; ; ) {
    const page = await applications.list(tenant, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    const found = page.find(({ enabled, launchUrls }) => enabled && launchUrls.includes(target));
    if (found || page.length < PAGE) return found;
    after = page.at(-1)?.id;
  }
}

function landingAt({ id }: Application, target?: string): Landing {
  const query = new URLSearchParams({ application: id, ...(target === undefined ? {} : { target }) });
  return { applicationId: id, returnTo: `${LAUNCH}?${query.toString()}` };
}

/**
 * Where the browser of somebody who is signed in is sent: to where the application begins a sign-in, which then finds the session; else to
 * its address itself. Only what is registered, to the character.
 *
 * @param target an address that it may have registered; another one is not followed
 * @see OpenID Connect Core 1.0 §4
 */
export function launchUrlOf(
  { initiateLoginUri, launchUrls }: Pick<Application, 'initiateLoginUri' | 'launchUrls'>,
  { issuer, target }: { issuer: string; target: string | undefined },
): string | undefined {
  const known = target !== undefined && launchUrls.includes(target) ? target : undefined;
  if (initiateLoginUri === null) return known ?? launchUrls[0];
  const query = new URLSearchParams({ iss: issuer, ...(known === undefined ? {} : { target_link_uri: known }) });
  return `${initiateLoginUri}${initiateLoginUri.includes('?') ? '&' : '?'}${query.toString()}`;
}
