import { AsyncLocalStorage } from 'node:async_hooks';
import type { UserId } from '#kernel/ids.ts';
import type { Problem } from '#kernel/problem.ts';
import type { Session, SessionId } from '#sessions/index.ts';
import type { Tenant } from '#tenants/index.ts';
import type { Application } from './application.ts';
import type { TenantKeys } from './tenant-keys.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** One request to the Provider: which tenant it is the Provider of, and what is known while it is answered, so that nothing is read twice. */
export interface RequestScope {
  readonly tenant: Tenant;
  /** The tenant's URL. */
  readonly issuer: string;
  readonly cookies: ProviderCookies;
  /** There when something is signed, or was. */
  keys?: TenantKeys;
  readonly unit: UnitOfWork;
  /** By client id. */
  readonly applications: Map<string, FoundApplication>;
  /** The browser's session. */
  session?: { id: SessionId; session: Session };
  /** The person of the session, seen to be active moments ago. */
  activeUserId?: UserId;
  /** The session's new secret, when the Provider gave it one. */
  renamedTo?: SessionId;
  /** Public handle of the session that the code or token of this request rests on. */
  originUid?: string;
  /** That session, held until the request is done; null when it was ended. */
  origin?: Session | null;
  /** A refresh token of this session is being redeemed. */
  refreshes?: true;
  /** Slug of the identity provider by which the person signed in for whom tokens are being issued. */
  idp?: string | null;
  /** A family was ended because something of it came back; said once. */
  familyEnded?: boolean;
  /** What went wrong inside; the answer says no more than that. */
  failure?: unknown;
  /** The error that the application was answered with. */
  answered?: { error: string; detail?: string };
  /** A refusal that cannot be sent to the application and needs a page. */
  refused?: Problem;
}

export interface FoundApplication {
  readonly application: Application;
  readonly secret: string | null;
}

/** Names of the tenant's cookies, and how its session cookie is written. */
export interface ProviderCookies {
  readonly names: { readonly session: string; readonly interaction: string; readonly resume: string };
  serializeSession(id: SessionId): string;
}

const running = new AsyncLocalStorage<RequestScope>();

export const inScope = <Result>(scope: RequestScope, work: () => Result): Result => running.run(scope, work);

/** The request that is being answered, or undefined: only while the Provider is made. */
export const findScope = (): RequestScope | undefined => running.getStore();

/** @throws Error outside a request: without it nobody knows whose Provider this is */
export function currentScope(): RequestScope {
  const scope = running.getStore();
  if (!scope) throw new Error('the OpenID Provider was used outside a request');
  return scope;
}
