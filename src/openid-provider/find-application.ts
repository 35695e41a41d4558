import type { TenantId } from '#kernel/ids.ts';
import type { ApplicationStore } from './application.ts';
import type { FoundApplication } from './request-scope.ts';

/** Printable ASCII: PostgreSQL refuses NUL, and nothing else was ever given out. */
const CLIENT_ID = /^[\x21-\x7e]{1,100}$/;

/** The application of a client id, if it is switched on. */
export async function findApplication(
  applications: Pick<ApplicationStore, 'find'>,
  tenant: TenantId,
  clientId: string | undefined,
): Promise<FoundApplication | undefined> {
  if (clientId === undefined || !CLIENT_ID.test(clientId)) return undefined;
  const found = await applications.find(tenant, clientId as never);
  return found?.application.enabled ? found : undefined;
}
