import type { Person } from '../../people.ts';
import { type IdpWorld, newHandle } from '../config.ts';

/** One sign-in of one person at one client; its code and tokens all point here, and die together. */
export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly acr: string | undefined;
  readonly authenticatedAt: Date;
  revoked: boolean;
}

type TokenKind = 'code' | 'access' | 'refresh';

export const LIFETIME_SECONDS: Readonly<Record<TokenKind, number>> = { code: 60, access: 600, refresh: 14 * 86_400 };

/** What one process of a sandbox remembers at most; older entries go first. */
const MOST_ENTRIES = 20_000;

export interface Grants {
  issue(kind: TokenKind, grant: Grant): string;
  /** An access token may be shown often. */
  find(kind: 'access', token: string): Grant | undefined;
  /**
   * Codes and refresh tokens are good for one use. A second use revokes the whole grant (RFC 6749 §4.1.2, RFC 9700 §4.14.2):
   * one of the two who held it is a thief.
   */
  spend(kind: 'code' | 'refresh', token: string, clientId: string): Grant | undefined;
}

export function createGrants(world: IdpWorld): Grants {
  const entries = new Map<string, { grant: Grant; expiresAt: number; spent: boolean }>();
  const live = (kind: TokenKind, token: string) => {
    const entry = entries.get(`${kind} ${token}`);
    return entry && entry.expiresAt > world.now().getTime() && !entry.grant.revoked ? entry : undefined;
  };
  return {
    issue(kind, grant) {
      for (const key of entries.keys()) {
        if (entries.size < MOST_ENTRIES) break;
        entries.delete(key);
      }
      const token = newHandle(world);
      entries.set(`${kind} ${token}`, { grant, expiresAt: world.now().getTime() + LIFETIME_SECONDS[kind] * 1000, spent: false });
      return token;
    },
    find: (kind, token) => live(kind, token)?.grant,
    spend(kind, token, clientId) {
      const entry = live(kind, token);
      // Somebody else's token is not spent: a stranger could otherwise burn it.
      if (!entry || entry.grant.clientId !== clientId) return undefined;
      if (entry.spent) {
        entry.grant.revoked = true;
        return undefined;
      }
      entry.spent = true;
      return entry.grant;
    },
  };
}
