import { makeCertifiedKey } from '#test/saml/certificate.ts';
import type { Call, TestApi } from '#test/tenant/api.ts';
import { createTestWorld } from '#test/tenant/index.ts';
import { addUser, emptyStage, openConnectionStage, type StageNeeds, type StageWish } from '../stage.fixture.ts';

export type ExchangeNeeds = StageNeeds;

export interface ExchangeStage {
  readonly api: TestApi;
  readonly needs: ExchangeNeeds;
  /** Two tenants without providers, groups and users. */
  empty(): Promise<void>;
  /** Somebody with this role. */
  user(role: string): Promise<string>;
  /** The very bytes of an answer. */
  raw(method: 'GET' | 'POST', path: string, call?: Call): Promise<{ text: string; headers: Record<string, unknown> }>;
  close(): Promise<void>;
}

const idp = makeCertifiedKey();

/** One of each kind. */
export const documents = {
  oidc: {
    kind: 'oidc',
    name: 'Acme',
    oidc: {
      issuer: 'https://idp.acme.example',
      clientId: 'sallyport',
      clientSecret: 'the-client-secret',
      authorizationEndpoint: 'https://idp.acme.example/authorize',
      tokenEndpoint: 'https://idp.acme.example/token',
      jwksUri: 'https://idp.acme.example/jwks',
    },
  },
  'microsoft-oidc': {
    kind: 'microsoft-oidc',
    preset: 'entra',
    name: 'Acme (Entra)',
    oidc: {
      directoryId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      clientId: '11111111-2222-3333-4444-555555555555',
      clientSecret: 'the-client-secret',
      clientSecretExpiresAt: '2027-11-23T09:00:00Z',
      groupOverage: {},
    },
  },
  saml: {
    kind: 'saml',
    name: 'Acme',
    saml: {
      issuer: 'https://idp.acme.example/saml',
      ssoUrl: 'https://idp.acme.example/sso',
      verificationCertificates: [idp.certificatePem],
      spEntityId: 'urn:acme:sallyport',
    },
  },
} as const;

export async function openExchangeStage(beside?: StageWish['beside']): Promise<ExchangeStage> {
  const stage = await openConnectionStage({ world: createTestWorld(), beside });
  const { api, needs } = stage;
  return {
    api,
    needs,
    empty: () => emptyStage(stage),
    user: (role) => addUser(stage, role),
    async raw(method, path, call = {}) {
      const { status, text, headers } = await api.raw(method, path, call);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return { text, headers };
    },
    close: () => api.close(),
  };
}
