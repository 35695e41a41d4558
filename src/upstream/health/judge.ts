import { titleOfCode } from '#kernel/problem.ts';
import type { ConnectionKind } from '../connection.ts';
import { fieldNames } from '../field-names.ts';
import { type Blame, blameOf } from './blame.ts';
import { type Expiry, stateOf } from './expiry.ts';
import { wordsFor } from './expiry-words.ts';
import type { CodeFigures, SignInFigures } from './figures.ts';
import type { PublishedFacts } from './published.ts';

export const healthStates = ['ok', 'warning', 'failing', 'unknown', 'off'] as const;
export type HealthState = (typeof healthStates)[number];

export interface Reason {
  readonly code: string;
  readonly text: string;
  readonly whatToDo: string;
}

export interface HealthFacts {
  readonly kind: ConnectionKind;
  readonly enabled: boolean;
  readonly figures: SignInFigures;
  readonly expiries: readonly Expiry[];
  readonly published: PublishedFacts | undefined;
  readonly now: Date;
}

export interface ClockSkew {
  /** How far the provider's clock is ahead; negative: behind. Middle of the samples. */
  readonly seconds: number;
  readonly seenAt: Date;
  readonly samples: number;
}

/** Clocks that differ by more are soon refused: both protocols allow 180 seconds. */
const SKEW_SECONDS = 60;
/** One refusal may be a single broken browser; three without a success between are none. */
const FAILING_REFUSALS = 3;
/** So long an outage of a key set is bridged with the keys at hand. */
const BRIDGED_MILLISECONDS = 86_400_000;

type Verdict = Reason & { state: 'warning' | 'failing' };

/** Pure: what the facts say of this provider today, gravest reason first. */
export function judge(facts: HealthFacts): { state: HealthState; reasons: Reason[] } {
  const verdicts = [...judgeSignIns(facts), ...judgeExpiries(facts), ...judgePublished(facts), ...judgeClock(facts)];
  const sorted = [...verdicts.filter(({ state }) => state === 'failing'), ...verdicts.filter(({ state }) => state === 'warning')];
  const reasons = sorted.map(({ state: _, ...reason }) => reason);
  if (!facts.enabled) return { state: 'off', reasons };
  if (sorted[0]) return { state: sorted[0].state, reasons };
  // What a provider publishes says nothing of whether anybody can sign in through it: that is known when somebody has.
  const { lastSuccessAt, last7d } = facts.figures;
  const isSeen = lastSuccessAt !== null && (last7d.succeeded > 0 || facts.published?.reachable === true);
  return { state: isSeen ? 'ok' : 'unknown', reasons };
}

/** The middle of what the latest sign-ins showed: one person who took long for the last step says nothing. */
export function clockSkewOf({ skews }: Pick<SignInFigures, 'skews'>): ClockSkew | null {
  const [newest] = skews;
  if (!newest) return null;
  const sorted = skews.map(({ seconds }) => seconds).sort((one, other) => one - other);
  return { seconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? newest.seconds, seenAt: newest.at, samples: sorted.length };
}

/** Share of the sign-ins of seven days that ended well; null when there were none. */
export function successRateOf({ last7d: { succeeded, refused } }: SignInFigures): number | null {
  return succeeded + refused === 0 ? null : Math.round((succeeded / (succeeded + refused)) * 1000) / 1000;
}

function judgeSignIns({ figures }: HealthFacts): Verdict[] {
  const ours = (blame: Blame): CodeFigures[] =>
    figures.byCode.filter(({ code, recent }) => recent > 0 && blameOf(code) === blame);
  const verdicts: Verdict[] = [];
  const faults = ours('configuration');
  const refused = sum(faults);
  const worst = faults[0];
  if (worst) {
    const lastAt = Math.max(...faults.map((fault) => fault.lastAt.getTime()));
    const since = lastAt > (figures.lastSuccessAt?.getTime() ?? 0);
    const isDown = since && (refused >= FAILING_REFUSALS || figures.last7d.succeeded === 0);
    verdicts.push({
      state: isDown ? 'failing' : 'warning',
      code: isDown ? 'sign_ins_failing' : 'sign_ins_refused',
      text: `${counted(refused)} refused in the last 24 hours because of the provider or its settings, most often: ${titleOfCode(worst.code)}${isDown ? ', and none went well since' : ''}.`,
      whatToDo: `Open them in the sign-in log (code ${worst.code}): each says what to do. Verify tries the provider without changing anything.`,
    });
  }
  const own = ours('gateway');
  if (own[0]) {
    verdicts.push({
      state: 'warning',
      code: 'gateway_failed',
      text: `${counted(sum(own))} lost inside the gateway in the last 24 hours.`,
      whatToDo: 'The operator finds the cause in the log, by the reference of the sign-in.',
    });
  }
  return verdicts;
}

const sum = (figures: readonly CodeFigures[]): number => figures.reduce((total, { recent }) => total + recent, 0);

function judgeExpiries({ expiries, now }: HealthFacts): Verdict[] {
  return expiries.flatMap((expiry): Verdict[] => {
    const state = stateOf(expiry, now);
    if (expiry.replaced || state === 'later') return [];
    const { title, whatToDo } = wordsFor(expiry.kind, 'en');
    const isOver = state === 'expired';
    // A certificate is pinned: its expiry alone keeps nobody out, unless that is wanted. A secret that has expired does.
    const isDown = isOver && expiry.keepsOut;
    const when = `${isOver ? 'expired' : 'expires'} on ${expiry.expiresAt.toISOString().slice(0, 10)}`;
    return [
      {
        state: isDown ? 'failing' : 'warning',
        code: isOver ? 'expired' : 'expires_soon',
        text: `${title(expiry)} ${when}.`,
        whatToDo,
      },
    ];
  });
}

function judgePublished({ kind, published, now }: HealthFacts): Verdict[] {
  if (!published) return [];
  const verdicts: Verdict[] = [];
  if (published.reachable === false) {
    const since = published.succeededAt?.getTime() ?? 0;
    // Certificates of SAML are kept here; keys of OpenID Connect are asked for again and again.
    const isDown = kind !== 'saml' && now.getTime() - since > BRIDGED_MILLISECONDS;
    verdicts.push({
      state: isDown ? 'failing' : 'warning',
      code: 'configuration_unreachable',
      text: `What the provider publishes at ${published.url ?? 'its address'} could not be read: ${published.problem ? titleOfCode(published.problem) : 'no answer'}.`,
      whatToDo: 'Ask the provider’s administrator whether the address is still right, and let this server reach it.',
    });
  }
  if (published.differences.length > 0) {
    verdicts.push({
      state: 'warning',
      code: 'configuration_differs',
      text: `The provider publishes something else than what is set here: ${published.differences.map(({ pointer }) => fieldNames[pointer] ?? pointer).join(', ')}.`,
      whatToDo: 'Compare them under “What the provider publishes”, and correct the settings where the provider is right.',
    });
  }
  return verdicts;
}

function judgeClock({ figures }: HealthFacts): Verdict[] {
  const skew = clockSkewOf(figures);
  if (!skew || Math.abs(skew.seconds) <= SKEW_SECONDS) return [];
  const side = skew.seconds > 0 ? 'ahead of' : 'behind';
  return [
    {
      state: 'warning',
      code: 'clock_differs',
      text: `The provider’s clock is ${Math.abs(skew.seconds)} seconds ${side} ours, by ${skew.samples} sign-ins.`,
      whatToDo: 'Compare both clocks with a time server (NTP). Answers that are more than three minutes off are refused.',
    },
  ];
}

const counted = (sum: number): string => (sum === 1 ? '1 sign-in was' : `${sum} sign-ins were`);
