import type { TraceLine } from '#kernel/trace.ts';
import { memberOf, type RefusalFacts } from './remedy.ts';

/** Seconds by which the provider's clock is ahead of ours (negative: behind), as far as the trace shows when the answer was made. */
export function findClockAhead({ lines, code, expected, received }: RefusalFacts): number | undefined {
  const saml = lines.findLast(({ step }) => step === 'saml.response_issue_instant' || step === 'saml.assertion_issue_instant');
  if (saml) return secondsBetween(saml.expected, saml.received);
  const iat = numberOf(lines.findLast(({ step }) => step === 'oidc.time_iat')) ?? memberOf(received, 'iat');
  const now = nowOf(code, expected);
  return typeof iat === 'number' && now !== undefined ? iat - now : undefined;
}

function secondsBetween(now: unknown, then: unknown): number | undefined {
  const [ours, theirs] = [now, then].map((time) => (typeof time === 'string' ? Date.parse(time) : Number.NaN));
  const seconds = ((theirs ?? Number.NaN) - (ours ?? Number.NaN)) / 1000;
  return Number.isFinite(seconds) ? Math.round(seconds) : undefined;
}

const numberOf = (line: TraceLine | undefined): number | undefined =>
  typeof line?.received === 'number' ? line.received : undefined;

/** The checks of the ID token tell their bounds, which lie this far from our clock. */
const FROM_BOUND: Readonly<Record<string, number>> = {
  'oidc.token_expired': 120,
  'oidc.token_not_yet_valid': -120,
  'oidc.token_too_old': 3600,
};

function nowOf(code: string, expected: unknown): number | undefined {
  const bound = /\d{9,12}$/.exec(typeof expected === 'string' ? expected : '')?.[0];
  const offset = FROM_BOUND[code];
  return bound === undefined || offset === undefined ? undefined : Number(bound) + offset;
}

/** What to do about clocks that differ. */
export function setTheClock(facts: RefusalFacts): string {
  const ahead = findClockAhead(facts);
  if (ahead === undefined || Math.abs(ahead) < 60)
    return 'Compare the clocks of the identity provider and of this server (NTP). If both are right, the person waited too long before answering: try again.';
  const minutes = Math.round(Math.abs(ahead) / 60);
  const off = `${minutes} minute${minutes === 1 ? '' : 's'} ${ahead > 0 ? 'ahead of' : 'behind'}`;
  return `Set the clock of the identity provider right (NTP): by its own word the answer was made ${off} this server’s time, and at most two or three minutes are allowed. If other providers show the same, the clock of this server is wrong.`;
}
