import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionId } from '#kernel/ids.ts';
import { blameOf } from './blame.ts';
import type { Expiry } from './expiry.ts';
import type { SignInFigures } from './figures.ts';
import { clockSkewOf, type HealthFacts, judge, successRateOf } from './judge.ts';
import type { PublishedFacts } from './published.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const HOUR = 3_600_000;
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);

/** Refusals by code, all in the last 24 hours unless `recent` says otherwise. */
function figures(
  { succeeded = 0, lastSuccess = 1, ...change }: Partial<SignInFigures> & { succeeded?: number; lastSuccess?: number },
  ...refused: [code: string, count: number, hoursAgo: number][]
): SignInFigures {
  const total = refused.reduce((sum, [, count]) => sum + count, 0);
  const ends = { succeeded, refused: total };
  return {
    last24h: ends,
    last7d: ends,
    byCode: refused.map(([code, count, hours]) => ({ code, count, recent: hours < 24 ? count : 0, lastAt: ago(hours) })),
    lastSuccessAt: succeeded > 0 ? ago(lastSuccess) : null,
    lastRefusal: null,
    skews: [],
    ...change,
  };
}

const published = (change: Partial<PublishedFacts> = {}): PublishedFacts => ({
  url: 'https://idp.acme.example/metadata',
  checkedAt: ago(1),
  succeededAt: ago(1),
  reachable: true,
  problem: null,
  differences: [],
  validUntil: null,
  kids: [],
  ...change,
});

const secret = (days: number): Expiry => ({
  kind: 'client-secret',
  connectionId: 'idp_1' as ConnectionId,
  name: 'Acme',
  enabled: true,
  pointer: '/oidc/clientSecretExpiresAt',
  what: 'client',
  expiresAt: new Date(NOW.getTime() + days * 24 * HOUR),
  replaced: false,
  keepsOut: true,
});
const certificate = (days: number, change: Partial<Expiry> = {}): Expiry => ({
  ...secret(days),
  kind: 'verification-certificate',
  keepsOut: false,
  ...change,
});

const verdict = (facts: Partial<HealthFacts>) => {
  const { state, reasons } = judge({
    kind: 'oidc',
    enabled: true,
    figures: figures({ succeeded: 10 }),
    expiries: [],
    published: undefined,
    now: NOW,
    ...facts,
  });
  return [state, ...reasons.map(({ code }) => code)];
};

describe('A provider', () => {
  const rows: [name: string, facts: Partial<HealthFacts>, ...verdict: string[]][] = [
    ['through which people sign in', {}, 'ok'],
    ['that nobody has used', { figures: figures({}) }, 'unknown'],
    ['that nobody has used, and that publishes its keys', { figures: figures({}), published: published() }, 'unknown'],
    [
      'that somebody used weeks ago, and that publishes its keys',
      { figures: figures({ lastSuccessAt: ago(500) }), published: published() },
      'ok',
    ],
    ['that somebody used weeks ago, and that publishes nothing', { figures: figures({ lastSuccessAt: ago(500) }) }, 'unknown'],
    ['that turned away whoever tried', { figures: figures({}, ['admission.no_account', 3, 1]) }, 'unknown'],
    ['that is off', { enabled: false }, 'off'],
    [
      'that turns people away who have no account',
      { figures: figures({ succeeded: 10 }, ['admission.no_account', 500, 1]) },
      'ok',
    ],
    ['whose people are slow', { figures: figures({ succeeded: 10 }, ['sign_in.attempt_expired', 500, 1]) }, 'ok'],
    [
      'that was mended',
      { figures: figures({ succeeded: 10, lastSuccess: 1 }, ['oidc.client_refused', 50, 2]) },
      'warning',
      'sign_ins_refused',
    ],
    [
      'with one refusal since the last success',
      { figures: figures({ succeeded: 10, lastSuccess: 2 }, ['saml.attribute_duplicate', 1, 1]) },
      'warning',
      'sign_ins_refused',
    ],
    [
      'whose secret was changed',
      { figures: figures({ succeeded: 10, lastSuccess: 5 }, ['oidc.client_refused', 3, 1]) },
      'failing',
      'sign_ins_failing',
    ],
    ['that has never worked', { figures: figures({}, ['saml.audience_mismatch', 1, 1]) }, 'failing', 'sign_ins_failing'],
    ['that failed last week', { figures: figures({ succeeded: 10, lastSuccess: 1 }, ['saml.audience_mismatch', 9, 90]) }, 'ok'],
    [
      'that does not send what is mapped',
      { figures: figures({}, ['admission.claim_missing', 5, 1]) },
      'failing',
      'sign_ins_failing',
    ],
    [
      'where the gateway itself failed',
      { figures: figures({ succeeded: 1 }, ['http.failed', 2, 1]) },
      'warning',
      'gateway_failed',
    ],
    ['whose secret expires', { expiries: [secret(20)] }, 'warning', 'expires_soon'],
    ['whose secret has expired', { expiries: [secret(-1)] }, 'failing', 'expired'],
    ['whose certificate has expired', { expiries: [certificate(-1)] }, 'warning', 'expired'],
    ['whose old certificate has a successor', { expiries: [certificate(-1, { replaced: true })] }, 'ok'],
    [
      'whose certificate has expired, where that counts',
      { expiries: [certificate(-1, { keepsOut: true })] },
      'failing',
      'expired',
    ],
    ['whose secret lasts', { expiries: [secret(61)] }, 'ok'],
    [
      'whose keys were out of reach for an hour',
      { published: published({ reachable: false, problem: 'fetch.unreachable', succeededAt: ago(1) }) },
      'warning',
      'configuration_unreachable',
    ],
    [
      'whose keys were out of reach for a day',
      { published: published({ reachable: false, problem: 'fetch.unreachable', succeededAt: ago(25) }) },
      'failing',
      'configuration_unreachable',
    ],
    [
      'whose metadata was out of reach for a day: its certificates are kept here',
      { kind: 'saml', published: published({ reachable: false, problem: 'fetch.unreachable', succeededAt: ago(25) }) },
      'warning',
      'configuration_unreachable',
    ],
    [
      'that publishes something else than is set',
      { published: published({ differences: [{ pointer: '/saml/ssoUrl' }] }) },
      'warning',
      'configuration_differs',
    ],
    [
      'whose clock is ahead',
      { figures: figures({ succeeded: 10, skews: [{ at: ago(1), seconds: 90 }] }) },
      'warning',
      'clock_differs',
    ],
    [
      'with two faults: the graver one is told first',
      { expiries: [secret(20)], figures: figures({}, ['oidc.client_refused', 9, 1]) },
      'failing',
      'sign_ins_failing',
      'expires_soon',
    ],
  ];
  for (const [name, facts, ...expected] of rows)
    it(`${name} is ${expected[0]}`, () => assert.deepEqual(verdict(facts), expected));
});

describe('The clock of a provider', () => {
  const skews = (...seconds: number[]) => ({ skews: seconds.map((one, index) => ({ at: ago(index), seconds: one })) });
  it('is what most of the latest sign-ins show', () => {
    assert.deepEqual(clockSkewOf(skews(-2, -600, -1, -3, 0)), { seconds: -2, seenAt: ago(0), samples: 5 });
    assert.deepEqual(clockSkewOf(skews(601, 600, 599, -2)), { seconds: 599, seenAt: ago(0), samples: 4 });
  });
  it('is not known without any', () => assert.equal(clockSkewOf(skews()), null));
});

describe('The success rate', () => {
  it('is a share of all that ended', () => {
    assert.equal(successRateOf(figures({ succeeded: 2 }, ['saml.expired', 1, 1])), 0.667);
    assert.equal(successRateOf(figures({})), null);
  });
});

describe('A refusal is the business of', () => {
  for (const [code, blame] of [
    ['oidc.client_refused', 'configuration'],
    ['xml.signature_invalid', 'configuration'],
    ['fetch.unreachable', 'configuration'],
    ['admission.claim_missing', 'configuration'],
    ['oidc.access_denied', 'person'],
    ['admission.no_account', 'person'],
    ['sign_in.other_browser', 'passing'],
    ['http.failed', 'gateway'],
    ['later.unheard_of', 'passing'],
    ['constructor', 'passing'],
  ] as const)
    it(`${blame}: ${code}`, () => assert.equal(blameOf(code), blame));
});
