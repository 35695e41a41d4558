import { z } from 'zod';
import { titleOfCode } from '#kernel/problem.ts';
import type { StoredConnection } from '../connection-register.ts';
import { keyUses } from '../keys/own-keys.ts';
import { blameOf, blames } from './blame.ts';
import { daysLeft, type Expiry, expiryKinds, expiryStates, stateOf } from './expiry.ts';
import { wordsFor } from './expiry-words.ts';
import { clockSkewOf, healthStates, successRateOf } from './judge.ts';
import type { Health } from './read-health.ts';

export const expiryJson = z.object({
  kind: z.enum(expiryKinds),
  identityProviderId: z.string(),
  name: z.string().describe('of the provider'),
  enabled: z.boolean().describe('whether people sign in through it; of others nobody is given notice'),
  pointer: z.string().nullable().describe('into the provider; null where it is not a field'),
  what: z.string().describe('SHA-256 of the certificate, id of the key, client id, address of the metadata'),
  use: z.enum(keyUses).nullable().describe('what a key of ours is for; null for what is none'),
  expiresAt: z.iso.datetime(),
  daysLeft: z.int(),
  state: z.enum(expiryStates).describe('urgent: within 7 days; soon: within 60'),
  replaced: z.boolean().describe('another one is there that will do instead'),
  keepsOut: z.boolean().describe('nobody gets in through the provider once it has ended'),
  whatToDo: z.string(),
});

const ends = z.object({ succeeded: z.int(), refused: z.int() });
const time = z.iso.datetime().nullable();
const blame = z
  .enum(blames)
  .describe('whose business: of the provider or its settings, of the person, of the browser or of time, of this gateway');

export const healthJson = z.object({
  identityProviderId: z.string(),
  name: z.string(),
  state: z.enum(healthStates),
  reasons: z.array(z.object({ code: z.string(), text: z.string(), whatToDo: z.string() })).describe('gravest first'),
  metadata: z
    .object({
      monitored: z.boolean().describe('false: the provider publishes nothing that could be read again'),
      url: z.string().nullable(),
      checkedAt: time,
      reachable: z.boolean().nullable(),
      problem: z.string().nullable(),
      differences: z.array(z.looseObject({ pointer: z.string() })),
    })
    .describe('what the provider publishes of itself: SAML metadata'),
  keys: z
    .object({ jwksUri: z.string(), checkedAt: time, reachable: z.boolean().nullable(), kids: z.array(z.string()) })
    .nullable()
    .describe('published keys of OpenID Connect; null for SAML'),
  signIns: z.object({
    last24h: ends,
    last7d: ends,
    byCode: z.array(z.object({ code: z.string(), title: z.string(), count: z.int(), blame })).describe('of seven days'),
    successRate: z.number().nullable().describe('of seven days, 0 to 1; null without sign-ins'),
    lastSuccessAt: time,
    lastRefusal: z.object({ at: z.iso.datetime(), code: z.string(), title: z.string(), reference: z.string() }).nullable(),
  }),
  clockSkew: z
    .object({ seconds: z.int(), seenAt: z.iso.datetime(), samples: z.int() })
    .nullable()
    .describe('how far the provider’s clock is ahead of ours; null where it has not shown'),
  expiries: z.array(expiryJson),
});

export function describeExpiry(expiry: Expiry, now: Date): z.input<typeof expiryJson> {
  const { connectionId, expiresAt, ...rest } = expiry;
  return {
    ...rest,
    identityProviderId: connectionId,
    expiresAt: expiresAt.toISOString(),
    use: expiry.use ?? null,
    daysLeft: daysLeft(expiresAt, now),
    state: stateOf(expiry, now),
    whatToDo: wordsFor(expiry.kind, 'en').whatToDo,
  };
}

export function describeHealth({ id, document }: StoredConnection, health: Health, now: Date): z.input<typeof healthJson> {
  const skew = clockSkewOf(health.figures);
  return {
    identityProviderId: id,
    name: document.name,
    state: health.state,
    reasons: [...health.reasons],
    ...describePublished(document, health),
    signIns: describeSignIns(health),
    clockSkew: skew && { ...skew, seenAt: skew.seenAt.toISOString() },
    expiries: health.expiries.map((expiry) => describeExpiry(expiry, now)),
  };
}

function describePublished(
  { saml, oidc }: StoredConnection['document'],
  { published }: Health,
): Pick<z.input<typeof healthJson>, 'metadata' | 'keys'> {
  const checkedAt = published?.checkedAt?.toISOString() ?? null;
  const reachable = published?.reachable ?? null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const url = oidc ? text(oidc['issuer']) : text(saml?.['metadataUrl']);
  const jwksUri = text(oidc?.['jwksUri']) ?? published?.url ?? '';
  return {
    metadata: {
      monitored: oidc !== undefined || url !== null,
      url,
      checkedAt,
      reachable,
      problem: published?.problem ?? null,
      differences: (published?.differences ?? []).map((difference) => ({ ...difference })),
    },
    keys: oidc ? { jwksUri, checkedAt, reachable, kids: [...(published?.kids ?? [])] } : null,
  };
}

function describeSignIns({ figures }: Health): z.input<typeof healthJson>['signIns'] {
  const { last24h, last7d, byCode, lastSuccessAt, lastRefusal } = figures;
  return {
    last24h: { ...last24h },
    last7d: { ...last7d },
    byCode: byCode.map(({ code, count }) => ({ code, title: titleOfCode(code), count, blame: blameOf(code) })),
    successRate: successRateOf(figures),
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastRefusal: lastRefusal && { ...lastRefusal, at: lastRefusal.at.toISOString(), title: titleOfCode(lastRefusal.code) },
  };
}
