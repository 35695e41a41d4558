import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TraceLine } from '#kernel/trace.ts';
import { findSkewSeconds } from './clock-skew.ts';

const ENDED = new Date('2026-11-23T09:00:00Z');

const line = (step: string, received: TraceLine['received'], verdict: TraceLine['verdict'] = 'passed'): TraceLine => ({
  step,
  verdict,
  received,
  at: 0,
});

describe('The clock of a provider, as a sign-in shows it', () => {
  const rows: [name: string, lines: TraceLine[], skew: number | null][] = [
    ['agrees', [line('saml.response_issue_instant', '2026-11-23T09:00:00Z')], 0],
    ['is ahead', [line('saml.response_issue_instant', '2026-11-23T09:10:00.400Z')], 600],
    ['is behind, where that is refused', [line('saml.assertion_issue_instant', '2026-11-23T08:50:00Z', 'refused')], -600],
    ['is ahead by the ID token', [line('sign_in.handle', null), line('oidc.time_iat', ENDED.getTime() / 1000 + 42)], 42],
    ['does not show where nothing says when', [line('saml.audience', 'x')], null],
    ['does not show in a time that is none', [line('oidc.time_iat', 'yesterday', 'refused')], null],
    ['does not show in a time that nobody can read', [line('oidc.time_iat', { iat: 1 })], null],
    ['does not show in an answer of last month', [line('saml.response_issue_instant', '2026-10-23T09:00:00Z', 'refused')], null],
  ];
  for (const [name, lines, skew] of rows) it(name, () => assert.equal(findSkewSeconds(lines, ENDED), skew));
});
