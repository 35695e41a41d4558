import { useOidc } from './oidc.place.ts';
import { oidcRows } from './oidc.rows.ts';
import { playRows } from './row.ts';

playRows('A generic OpenID provider (PRODUCT.md §2, OIDC)', oidcRows, useOidc());
