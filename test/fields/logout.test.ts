import { logout, samlLogout } from './logout.rows.ts';
import { useOidc } from './oidc.place.ts';
import { playRows } from './row.ts';
import { useSaml } from './saml.place.ts';

playRows('Signing out at an OpenID provider (PRODUCT.md §3, logout)', logout, useOidc());
playRows('Single logout (PRODUCT.md §3, logout)', samlLogout, useSaml());
