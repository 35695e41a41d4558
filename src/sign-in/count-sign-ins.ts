import type { SignInLog } from './sign-ins.ts';

/** Told of every real sign-in at a provider that came to its end. */
export type CountProviderSignIn = (signIn: { tenant: string; provider: string; outcome: 'signed-in' | 'refused' }) => void;

/** The log, which tells of what is written into it. Tests (Verify), and answers that belonged to no provider, are not counted. */
export function countSignInsOf(log: SignInLog, count: CountProviderSignIn): SignInLog {
  return {
    ...log,
    async write(tenant, signIn) {
      await log.write(tenant, signIn);
      const { purpose, outcome, connectionId: provider } = signIn;
      if (purpose !== 'sign-in' || provider === null) return;
      if (outcome === 'signed-in' || outcome === 'refused') count({ tenant, provider, outcome });
    },
  };
}
