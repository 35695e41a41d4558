import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { TenantId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permission.ts';
import { Problem } from '#kernel/problem.ts';
import { authorizationProblems } from './problems.ts';

/** Who calls the API. An operator may do everything, and is audited as such. */
export type Caller = { kind: 'operator' } | { kind: 'user'; id: string; permissions: ReadonlySet<string> };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `allow` and `allowOperator`. */
    caller: Caller;
  }
}

/** Finds the user behind an access token of this tenant; undefined for anything else. */
export type FindTokenUser = (
  tenant: TenantId,
  token: string,
) => Promise<{ id: string; permissions: ReadonlySet<string> } | undefined>;

export interface Authorization {
  /** A hook for routes under a tenant: the operator, or a user of this very tenant who has the permission. */
  allow(permission: Permission): (request: FastifyRequest) => Promise<void>;
  /** A hook for routes under a tenant that tell callers of themselves: the operator, or any user of this very tenant. */
  allowEverybody: (request: FastifyRequest) => Promise<void>;
  /** A hook for routes of the server itself. */
  allowOperator: (request: FastifyRequest) => Promise<void>;
}

export function createAuthorization(needs: { operatorToken: string; findTokenUser: FindTokenUser }): Authorization {
  const operatorHash = digest(needs.operatorToken);
  const isOperator = (token: string): boolean => timingSafeEqual(digest(token), operatorHash);
  const find = async (request: FastifyRequest): Promise<Caller> => {
    const token = readBearer(request);
    if (isOperator(token)) return { kind: 'operator' };
    const tenant = (request as unknown as { tenant: { id: TenantId } }).tenant;
    const user = await needs.findTokenUser(tenant.id, token);
    if (!user) throw new Problem(authorizationProblems.token_invalid);
    return { kind: 'user', ...user };
  };
  return {
    allow: (permission) => async (request) => {
      const caller = await find(request);
      if (caller.kind === 'user' && !caller.permissions.has(permission))
        throw new Problem(authorizationProblems.forbidden, { detail: `needs ${permission}` });
      request.caller = caller;
    },
    allowEverybody: async (request) => {
      request.caller = await find(request);
    },
    allowOperator: async (request) => {
      if (!isOperator(readBearer(request))) throw new Problem(authorizationProblems.token_invalid);
      request.caller = { kind: 'operator' };
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function readBearer(request: FastifyRequest): string {
  const match = /^Bearer ([A-Za-z0-9\-._~+/]{1,4096}=*)$/i.exec(request.headers.authorization ?? '');
  if (!match?.[1]) throw new Problem(authorizationProblems.token_missing);
  return match[1];
}
