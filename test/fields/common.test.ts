import { common } from './common.rows.ts';
import { useOidc } from './oidc.place.ts';
import { playRows } from './row.ts';

playRows('What every identity provider has (PRODUCT.md §2, common)', common, useOidc());
