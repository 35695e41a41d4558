import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { type OidcIdp, type OidcIdpOptions, startOidcIdp } from './oidc/index.ts';
import { type Api, apiOf } from './scene/api.ts';
import { addTenant, type TestTenant } from './scene/tenant.ts';

export { type Api, type ApiAnswer, apiOf, type Json } from './scene/api.ts';
export {
  ALICE,
  type AuthorizationRequest,
  authorizationRequest,
  type Claims,
  claimsOf,
  codeFrom,
  goToProvider,
  readSamlRequest,
  redeem,
  samlResponse,
  signInByOidc,
  signInBySaml,
  type TokenAnswer,
  tokensFor,
} from './scene/journey.ts';
export {
  type OidcConnection,
  REDIRECT_URI,
  type SamlConnection,
  type TestApplication,
  type TestTenant,
} from './scene/tenant.ts';

export interface Scene {
  readonly gateway: TestGateway;
  readonly operator: Api;
  addTenant(name: string): Promise<TestTenant>;
  startOidcIdp(options?: OidcIdpOptions): Promise<OidcIdp>;
  close(): Promise<void>;
}

export async function openScene(options: TestGatewayOptions = {}): Promise<Scene> {
  const gateway = await startGateway(options);
  const operator = apiOf(gateway.serverUrl, gateway.operatorToken);
  const idps: OidcIdp[] = [];
  return {
    gateway,
    operator,
    addTenant: (name) => addTenant(gateway, operator, name),
    async startOidcIdp(given) {
      const idp = await startOidcIdp(given);
      idps.push(idp);
      return idp;
    },
    async close() {
      for (const idp of idps) await idp.close();
      await gateway.close();
    },
  };
}
