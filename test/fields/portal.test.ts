import { useOidc } from './oidc.place.ts';
import { portal, samlPortal } from './portal.rows.ts';
import { playRows } from './row.ts';
import { useSaml } from './saml.place.ts';

playRows('Beginning at the portal of an OpenID provider (PRODUCT.md §3)', portal, useOidc());
playRows('Beginning at the portal of a SAML provider (PRODUCT.md §2, SAML)', samlPortal, useSaml());
