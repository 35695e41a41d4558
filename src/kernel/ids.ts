import type { Brand } from './brand.ts';
import type { World } from './world.ts';

/** Opaque id of a tenant, `tnt_…`. Never its name: names are for people and URLs. */
export type TenantId = Brand<string, 'TenantId'>;
/** Opaque id of a tenant's identity provider, `idp_…`. */
export type ConnectionId = Brand<string, 'ConnectionId'>;
/** Opaque id of a person, `usr_…`; the `sub` that applications see. */
export type UserId = Brand<string, 'UserId'>;
export type GroupId = Brand<string, 'GroupId'>;
export type RoleId = Brand<string, 'RoleId'>;
/** Id of an application; it is the OAuth `client_id`. */
export type ApplicationId = Brand<string, 'ApplicationId'>;

export type IdPrefix = 'tnt' | 'idp' | 'usr' | 'grp' | 'rol' | 'app' | 'ses' | 'evt' | 'sgn' | 'key' | 'dom' | 'lnk' | 'ver';

/**
 * A new opaque id: a prefix and 128 random bits, base64url.
 * The caller names the branded type that the prefix stands for.
 */
export function newId<Id extends string>(prefix: IdPrefix, world: World): Id {
  return `${prefix}_${Buffer.from(world.randomBytes(16)).toString('base64url')}` as Id;
}
