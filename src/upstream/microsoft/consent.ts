import type { ConsentRequest, ConsentWish } from '../protocol.ts';
import type { Cloud } from './clouds.ts';

/** Whose consent is asked for: one registration in one directory. */
export interface Consenting {
  cloud: Cloud;
  directoryId: string;
  clientId: string;
}

/**
 * The address at which an administrator of the directory consents to all permissions of a registration, those of the application itself
 * included: only `/.default` asks for these.
 *
 * @see Microsoft Learn, "Admin consent on the Microsoft identity platform"
 */
export function consentRequestOf({ cloud, directoryId, clientId }: Consenting, wish: ConsentWish): ConsentRequest {
  const url = new URL(`${cloud.signIn}/${directoryId.toLowerCase()}/v2.0/adminconsent`);
  const fields = { client_id: clientId, scope: `${cloud.graph}/.default`, redirect_uri: wish.returnUrl, state: wish.state };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { url, clientId, directoryId: directoryId.toLowerCase() };
}
