import { access } from './access.rows.ts';
import { useOidc } from './oidc.place.ts';
import { people } from './people.rows.ts';
import { playRows } from './row.ts';

const open = useOidc();

playRows('Accounts, claims, groups and roles (PRODUCT.md §2, common)', people, open);
playRows('Who is let in at all (PRODUCT.md §2, access gate)', access, open);
