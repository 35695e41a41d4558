import type { ConnectionKind } from '../connection.ts';
import { adfs } from './adfs.ts';
import { auth0 } from './auth0.ts';
import { entra } from './entra.ts';
import { genericOidc, genericSaml } from './generic.ts';
import { google } from './google.ts';
import { jumpcloud } from './jumpcloud.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { onelogin } from './onelogin.ts';
import { ping } from './ping.ts';
import type { Notice, Preset, Traits } from './preset.ts';

/** The one list of presets, in the order in which they are shown. To add a vendor: a file and an entry here. */
export const presets: readonly Preset[] = [
  entra,
  okta,
  auth0,
  ping,
  google,
  adfs,
  onelogin,
  jumpcloud,
  keycloak,
  genericOidc,
  genericSaml,
];

export function findPreset(id: string | null): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}

/** What an identity provider's addresses say of its vendor; those with domains of their own before those with paths of their own. */
export function recognise(traits: Traits): Preset | undefined {
  return presets.find((preset) => preset.recognises(traits));
}

/** The fields of `oidc` or `saml` that say whose product it is. */
export function traitsOf(fields: Readonly<Record<string, unknown>>): Traits {
  const names = ['issuer', 'metadataUrl', 'authorizationEndpoint', 'tokenEndpoint', 'jwksUri', 'ssoUrl'] as const;
  const known = names.map((name) => [name, fields[name]] as const).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(known);
}

/** Whose product it is, and what is worth knowing of this very provider. */
export function describeProvider(traits: Traits, kind: ConnectionKind): { preset: string | null; notices: readonly Notice[] } {
  const preset = recognise(traits);
  return { preset: preset?.id ?? null, notices: preset?.notices?.(traits, kind) ?? [] };
}

/** The preset of a connection: the one that it was made with, else the one that it is recognised as, else the general one of its kind. */
export function presetOf({ kind, preset, fields }: { kind: ConnectionKind; preset: string | null; fields: Traits }): Preset {
  const chosen = [findPreset(preset), recognise(fields)].find((one) => one?.kinds[kind] !== undefined);
  return chosen ?? (kind === 'saml' ? genericSaml : genericOidc);
}

/** Id of the vendor: the preset, else what its addresses say. */
export function vendorOf(known: { readonly preset: string | null }): string | null {
  return findPreset(known.preset)?.id ?? recognise(traitsOf({ ...known }))?.id ?? null;
}
