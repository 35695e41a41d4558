import type { World } from '#kernel/world.ts';
import type { Published } from '../protocol.ts';
import { fetchConfiguration } from './fetch-configuration.ts';
import type { KeySets } from './key-sets.ts';
import type { OidcSettings } from './settings.ts';

/** What the settings take from the metadata and nobody chooses otherwise by taste. */
const COMPARED = [
  'authorizationEndpoint',
  'tokenEndpoint',
  'userinfoEndpoint',
  'revocationEndpoint',
  'endSessionEndpoint',
  'jwksUri',
  'authorizationResponseIssParameterSupported',
  'codeChallengeMethodsSupported',
] as const;

/**
 * Reads the issuer's metadata and its keys again. Keys are not part of the settings: they are taken from the address at each sign-in, so all
 * that there is to say of them is whether they can be read. What the metadata does not name says nothing: it may have been set by hand.
 *
 * @throws Problem `oidc.keys_unavailable`, `oidc.metadata_*`, `fetch.*`
 */
export async function reread(
  settings: OidcSettings,
  { keySets, world }: { keySets: KeySets; world: World },
  policy: { allowPrivateNetwork: boolean },
): Promise<Published> {
  const keys = await keySets.check(settings.jwksUri, world);
  const source = { kind: 'issuer', issuer: settings.issuer } as const;
  const { settings: published, warnings } = await fetchConfiguration(source, world, policy);
  const inForce: Record<string, unknown> = { ...settings };
  const differs = (name: string): boolean =>
    published[name] !== undefined && JSON.stringify(published[name]) !== JSON.stringify(inForce[name] ?? undefined);
  const changes = Object.fromEntries(COMPARED.filter(differs).map((name) => [name, published[name]]));
  const kids = keys.map(({ kid, kty }) => kid ?? `${kty} without kid`).sort();
  return {
    changes,
    additions: {},
    notes: warnings.filter(({ code }) => code === 'algorithms_unsupported' || code === 'code_flow_unsupported'),
    keys: kids,
    document: JSON.stringify({ published, kids }),
    validUntil: null,
    cacheSeconds: null,
  };
}
