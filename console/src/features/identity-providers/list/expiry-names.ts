/** What ends, in the words of who has to renew it. */
const kinds: Readonly<Record<string, string>> = {
  'verification-certificate': 'Signing certificate of the provider',
  'client-secret': 'Client secret',
  metadata: 'Metadata of the provider',
};

/** A provider has several of ours, each for one thing. */
const ownKeys: Readonly<Record<string, string>> = {
  signing: 'Our signing certificate',
  decryption: 'Our decryption certificate',
  'client-assertion': 'Our certificate for client assertions',
};

export function expiryName({ kind, use }: { kind: string; use: string | null }): string {
  return (use === null ? kinds[kind] : ownKeys[use]) ?? kind;
}
