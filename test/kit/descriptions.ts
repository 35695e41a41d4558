import { startGateway } from './gateway.ts';

/** The OpenAPI documents of a tenant's API and of the server's own, as a gateway gives them of itself. */
export interface Descriptions {
  readonly tenant: string;
  readonly operator: string;
}

/** Starts a gateway of its own and asks it: what is described is what is served. */
export async function readDescriptions(): Promise<Descriptions> {
  const gateway = await startGateway();
  try {
    const headers = { authorization: `Bearer ${gateway.operatorToken}`, 'content-type': 'application/json' };
    await fetch(`${gateway.serverUrl}/api/v1/tenants`, { method: 'POST', headers, body: JSON.stringify({ name: 'demo' }) });
    // The address is a temporary one: it must not be in what is kept.
    const read = async (address: string): Promise<string> =>
      (await (await fetch(`${address}/api/openapi.json`)).text()).replaceAll(gateway.serverUrl, 'https://sso.example.com');
    return { tenant: await read(gateway.tenantUrl('demo')), operator: await read(gateway.serverUrl) };
  } finally {
    await gateway.close();
  }
}
