import { playRows } from './row.ts';
import { useSaml } from './saml.place.ts';
import { saml } from './saml.rows.ts';

playRows('A SAML provider (PRODUCT.md §2, SAML)', saml, useSaml());
