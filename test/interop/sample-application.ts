import { CALLBACK_PATH, SIGNED_OUT_PATH } from '../../sandbox/app/config.ts';
import { type RunningApp, startApp } from '../../sandbox/app/server.ts';
import type { TenantUnderTest } from './gateway.ts';
import { freePort } from './services/service.ts';

/** The sample application of the sandbox, registered with a tenant. */
export async function startSampleApplication(tenant: TenantUnderTest): Promise<RunningApp> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const { id, clientSecret } = await tenant.api.create<{ id: string; clientSecret: string }>('/applications', {
    name: 'Sample application',
    kind: 'confidential',
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [url + CALLBACK_PATH],
    postLogoutRedirectUris: [url + SIGNED_OUT_PATH],
  });
  return startApp({ issuer: tenant.url, clientId: id, clientSecret, url, host: '127.0.0.1', port, buttons: [] });
}
