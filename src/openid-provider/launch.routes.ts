import { queryOf, readFields } from '#http/fields.ts';
import type { Gateway } from '#http/server.ts';
import type { SessionStore } from '#sessions/index.ts';
import type { ApplicationStore } from './application.ts';
import { findSession } from './enter.routes.ts';
import { findLaunchable, launchUrlOf } from './launch.ts';
import { LAUNCH } from './routes.ts';

export interface LaunchNeeds {
  applications: ApplicationStore;
  sessions: SessionStore;
}

/**
 * GET /sign-in/launch?application=&target=: leads whoever is signed in on to an application; anybody else signs in first. What it is asked
 * for is judged anew each time, by what is registered then.
 */
export function registerLaunch(scope: Gateway, needs: LaunchNeeds): void {
  scope.get(LAUNCH, { config: { face: 'page' } }, async (request, reply) => {
    const { application: id = '', target } = readFields(queryOf(request.raw.url ?? ''));
    const { tenant, tenantUrl } = request;
    reply.header('cache-control', 'no-store');
    if (!(await findSession(needs, request))) {
      const own = new URLSearchParams({ application: id, ...(target === undefined ? {} : { target }) });
      const query = new URLSearchParams({ return_to: `${LAUNCH}?${own.toString()}` });
      return reply.redirect(`${tenantUrl}/sign-in?${query.toString()}`, 303);
    }
    const application = await findLaunchable(needs, tenant.id, id);
    const url = application && launchUrlOf(application, { issuer: tenantUrl, target });
    return reply.redirect(url ?? `${tenantUrl}/sign-in/done`, 303);
  });
}
