import { execFileSync } from 'node:child_process';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Service, startService } from './service.ts';

/** Where the relying party will be, and its key: what a provider's administrator asks for before anything runs. */
export interface Reservation {
  readonly port: number;
  readonly redirectUri: string;
  /** Public key of `private_key_jwt`, RFC 7517. */
  readonly jwk: Record<string, unknown>;
  readonly keyFolder: string;
}

export interface Registration {
  issuer: string;
  clientId: string;
  /** Empty with `private_key_jwt`. */
  clientSecret: string;
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
  scope: string;
  /** More parameters of the authorization request: `prompt=none`. */
  authorizationParameters?: string;
  /** How the answer comes back; `query` when not given. */
  responseMode?: 'form_post';
}

export interface ModAuthOpenidc extends Service {
  /** Asks for a sign-in, then shows what the module knows of the person. */
  readonly protectedPage: string;
  /** Tokens and claims of the browser's session, as JSON. */
  readonly sessionInfo: string;
}

export async function reserveModAuthOpenidc(): Promise<Reservation> {
  const port = await freePort();
  const keyFolder = mkdtempSync(join(tmpdir(), 'sallyport-relying-party-'));
  const files = ['-keyout', join(keyFolder, 'client.key'), '-out', join(keyFolder, 'client.crt')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-sha256',
    '-nodes',
    '-days',
    '30',
    '-subj',
    '/CN=relying party under test',
  ];
  execFileSync('openssl', [...request, ...files], { stdio: 'ignore' });
  const certificate = new X509Certificate(readFileSync(join(keyFolder, 'client.crt')));
  const jwk = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' });
  return {
    port,
    redirectUri: `http://127.0.0.1:${port}/protected/callback`,
    jwk: { ...jwk, kid: 'relying-party', use: 'sig' },
    keyFolder,
  };
}

export async function startModAuthOpenidc(reservation: Reservation, registration: Registration): Promise<ModAuthOpenidc> {
  const {
    issuer,
    clientId,
    clientSecret,
    clientAuthentication,
    scope,
    authorizationParameters = '',
    responseMode = '',
  } = registration;
  const service = await startService({
    script: 'mod-auth-openidc',
    port: reservation.port,
    env: {
      ISSUER: issuer,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      CLIENT_AUTHENTICATION: clientAuthentication,
      SCOPE: scope,
      AUTHORIZATION_PARAMETERS: authorizationParameters,
      RESPONSE_MODE: responseMode,
    },
    prepare(folder) {
      mkdirSync(join(folder, 'keys'));
      cpSync(reservation.keyFolder, join(folder, 'keys'), { recursive: true });
    },
  });
  return {
    ...service,
    protectedPage: `${service.url}/protected/`,
    sessionInfo: `${reservation.redirectUri}?info=json`,
    async stop() {
      await service.stop();
      rmSync(reservation.keyFolder, { recursive: true, force: true });
    },
  };
}
