import { useEntra } from './entra.place.ts';
import { entra, entraSaml } from './entra.rows.ts';
import { playRows } from './row.ts';

playRows('A directory of Microsoft Entra (PRODUCT.md §2, OIDC)', entra, useEntra('oidc'));
playRows('The same directory by SAML (PRODUCT.md §2, SAML)', entraSaml, useEntra('saml'));
