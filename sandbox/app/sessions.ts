import { randomBytes } from 'node:crypto';
import type { IDToken, UserInfoResponse } from 'openid-client';
import { type Asked, readCookie } from '../web.ts';

/** Its own name: cookies know no ports, and on localhost the gateway's are next door. */
const COOKIE = 'sample_app';

/** Browsers that this process remembers at most; the oldest goes first. */
const MOST_BROWSERS = 1_000;
/** Sign-ins that one browser may have open at once: its tabs. */
const MOST_PENDING = 20;

export interface PendingSignIn {
  readonly codeVerifier: string;
  readonly nonce: string;
}

export interface SignedIn {
  readonly claims: IDToken;
  readonly userinfo: UserInfoResponse;
  readonly idToken: string;
  readonly refreshToken: string | undefined;
  readonly scope: string | undefined;
  readonly receivedAt: Date;
  readonly accessExpiresAt: Date | undefined;
  readonly refreshes: number;
}

export interface Browser {
  readonly id: string;
  /** By `state`; each is taken once. */
  readonly pending: Map<string, PendingSignIn>;
  signedIn?: SignedIn;
}

export interface Sessions {
  find(asked: Asked): Browser | undefined;
  /** The browser as it is known, or a new one. */
  open(asked: Asked): Browser;
  /** The same browser under a new id: an id that was known before the sign-in is worth nothing after it. */
  rotate(browser: Browser): Browser;
  end(browser: Browser): void;
}

export function createSessions(): Sessions {
  const browsers = new Map<string, Browser>();
  const keep = (browser: Browser): Browser => {
    for (const id of browsers.keys()) {
      if (browsers.size < MOST_BROWSERS) break;
      browsers.delete(id);
    }
    browsers.set(browser.id, browser);
    return browser;
  };
  const newId = (): string => randomBytes(32).toString('base64url');
  const find = (asked: Asked): Browser | undefined => browsers.get(readCookie(asked.headers, COOKIE) ?? '');
  return {
    find,
    open: (asked) => find(asked) ?? keep({ id: newId(), pending: new Map() }),
    rotate(browser) {
      browsers.delete(browser.id);
      return keep({ ...browser, id: newId() });
    },
    end: (browser) => void browsers.delete(browser.id),
  };
}

export function remember(browser: Browser, state: string, pending: PendingSignIn): void {
  for (const old of browser.pending.keys()) {
    if (browser.pending.size < MOST_PENDING) break;
    browser.pending.delete(old);
  }
  browser.pending.set(state, pending);
}

export function cookieOf(browser: Browser, isSecure: 'secure' | 'plain'): string {
  return `${COOKIE}=${browser.id}; Path=/; HttpOnly; SameSite=Lax${isSecure === 'secure' ? '; Secure' : ''}`;
}
