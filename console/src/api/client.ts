import { createTenantClient } from '../../../src/client/index.ts';
import { tenantUrl } from '../place.ts';
import { accessToken, renew, signIn, whereNow } from '../session/session.ts';

/** The tenant's API. When nothing renews the token, the person signs in again and comes back to where they were. */
export const api = createTenantClient({
  url: tenantUrl,
  token: accessToken,
  renew: async () => (await renew()) ?? signIn(whereNow()),
});
