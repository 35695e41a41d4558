import { Resolver } from 'node:dns/promises';
import type { ResolveTxt } from './prove-domain.ts';

/** Asks the machine's own resolver: at most two tries of three seconds each. */
export function createResolveTxt(): ResolveTxt {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return async (name) => {
    try {
      return await resolver.resolveTxt(name);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
      throw error;
    }
  };
}
