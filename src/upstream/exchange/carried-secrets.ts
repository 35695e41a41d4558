import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { faultsOf, pointerOf } from '#directory/index.ts';
import type { InputFault } from '#kernel/problem.ts';
import { keyStates, keyUses, type OwnKey } from '../keys/own-keys.ts';

/** A key of ours on its way: it belongs to a connection only when that is made. */
export type CarriedKey = Omit<OwnKey, 'connectionId'>;

/** What of a provider is secret. */
export interface CarriedSecrets {
  secrets: Readonly<Record<string, string>>;
  keys: readonly CarriedKey[];
}

/** Neither an elliptic curve, which no SAML provider encrypts for, nor what is factored. @see NIST SP 800-131A */
const LEAST_BITS = 2048;
/** As many as a rollover a year leaves behind. */
const MOST_KEYS = 18;

const pem = z.string().max(20_000);
const moment = z.iso.datetime();
const carriedKey = z.strictObject({
  id: z.string().regex(/^key_[A-Za-z0-9_-]{1,60}$/),
  use: z.enum(keyUses),
  state: z.enum(keyStates),
  certificatePem: pem,
  privateKeyPem: pem,
  createdAt: moment,
  activatedAt: moment.nullable(),
  plannedAt: moment.nullable(),
  retiredAt: moment.nullable(),
});

/** What lies sealed in an exported document. */
export const carriedSecrets = z.strictObject({
  // By name: whatever else stood here would take the place of a field that is not secret.
  secrets: z.strictObject({ clientSecret: z.string().min(1).max(2000).optional() }),
  keys: z.array(carriedKey).max(MOST_KEYS),
});

export function writeCarried({ secrets, keys }: CarriedSecrets): z.input<typeof carriedSecrets> {
  return { secrets: { ...secrets }, keys: keys.map(writeKey) };
}

function writeKey({ id, use, state, certificatePem, privateKeyPem, ...times }: CarriedKey): z.input<typeof carriedKey> {
  return {
    id,
    use,
    state,
    certificatePem,
    privateKeyPem,
    createdAt: times.createdAt.toISOString(),
    activatedAt: times.activatedAt?.toISOString() ?? null,
    plannedAt: times.plannedAt?.toISOString() ?? null,
    retiredAt: times.retiredAt?.toISOString() ?? null,
  };
}

/** Reads what was sealed: whoever knows the passphrase may have written it by hand. */
export function readCarried(opened: unknown): { carried: CarriedSecrets } | { faults: InputFault[] } {
  const read = carriedSecrets.safeParse(opened, { reportInput: true });
  if (!read.success) return { faults: faultsOf(read.error) };
  const { secrets, keys } = read.data;
  const faults = keys.flatMap((key, index) => faultsOfKey(key, ['keys', String(index)])).concat(faultsOfStates(keys));
  if (faults.length > 0) return { faults };
  const { clientSecret } = secrets;
  return { carried: { secrets: clientSecret === undefined ? {} : { clientSecret }, keys: keys.map(readKey) } };
}

type WrittenKey = z.output<typeof carriedKey>;

function faultsOfKey({ certificatePem, privateKeyPem }: WrittenKey, path: readonly string[]): InputFault[] {
  const pointer = pointerOf(path);
  try {
    const certificate = new X509Certificate(certificatePem);
    const key = createPrivateKey(privateKeyPem);
    if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS)
      return [{ pointer, code: 'key_not_allowed', detail: `must be an RSA key of at least ${LEAST_BITS} bits` }];
    const isPair = certificate.checkPrivateKey(key);
    return isPair ? [] : [{ pointer, code: 'key_mismatch', detail: 'the certificate belongs to another key' }];
  } catch {
    return [{ pointer, code: 'key_malformed', detail: 'the key or its certificate cannot be read' }];
  }
}

/** One of each use signs, and one waits. */
function faultsOfStates(keys: readonly WrittenKey[]): InputFault[] {
  const seen = new Set<string>();
  return keys.flatMap(({ id, use, state }, index): InputFault[] => {
    const marks = [id, ...(state === 'retired' ? [] : [`${use} ${state}`])];
    const isTwice = marks.some((mark) => seen.has(mark));
    for (const mark of marks) seen.add(mark);
    return isTwice ? [{ pointer: `/keys/${index}`, code: 'duplicate', detail: `another key is ${state} for ${use}` }] : [];
  });
}

function readKey({ certificatePem, privateKeyPem, ...key }: WrittenKey): CarriedKey {
  const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
  return {
    ...key,
    certificatePem,
    privateKeyPem,
    createdAt: new Date(key.createdAt),
    // The certificate's own word: the provider reads that one.
    expiresAt: new Date(new X509Certificate(certificatePem).validTo),
    activatedAt: dateOf(key.activatedAt),
    plannedAt: key.state === 'next' ? dateOf(key.plannedAt) : null,
    retiredAt: dateOf(key.retiredAt),
  };
}
