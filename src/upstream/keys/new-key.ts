import type { KeyObject } from 'node:crypto';
import { type ConnectionId, newId } from '#kernel/ids.ts';
import type { World } from '#kernel/world.ts';
import { makeCertificate } from './own-certificate.ts';
import type { KeyUse, OwnKey } from './own-keys.ts';

export interface KeyNeeds {
  world: World;
  makeRsaKey(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;
}

const DAY_MILLISECONDS = 86_400_000;
/** Entra's own SAML certificates live as long; a rollover comes long before. */
const LIFETIME_DAYS = 3 * 365;
/** A provider whose clock is behind must not find a certificate from the future. */
const BACKDATED_DAYS = 1;

/** A new key of ours for one connection, with its certificate: active, since nothing else of its use is there unless somebody says so. */
export async function newKey({ world, makeRsaKey }: KeyNeeds, connectionId: ConnectionId, use: KeyUse): Promise<OwnKey> {
  const { publicKey, privateKey } = await makeRsaKey();
  const createdAt = world.now();
  const expiresAt = new Date(createdAt.getTime() + LIFETIME_DAYS * DAY_MILLISECONDS);
  const certificatePem = makeCertificate({
    publicKey,
    privateKey,
    commonName: `Sallyport ${connectionId} ${use}`,
    serial: world.randomBytes(16),
    notBefore: new Date(createdAt.getTime() - BACKDATED_DAYS * DAY_MILLISECONDS),
    notAfter: expiresAt,
    use: use === 'decryption' ? 'encryption' : 'signature',
  });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const pair = { certificatePem, privateKeyPem, createdAt, expiresAt };
  const isActive = { state: 'active', activatedAt: createdAt, plannedAt: null, retiredAt: null } as const;
  return { id: newId('key', world), connectionId, use, ...pair, ...isActive };
}
