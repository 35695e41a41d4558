import { createHash } from 'node:crypto';
import { isObject } from '#directory/index.ts';
import { isProblem, Problem } from '#kernel/problem.ts';
import type { World } from '#kernel/world.ts';
import { changeConnection, getConnection } from '../change-connection.ts';
import type { Connection, ConnectionDirectory } from '../connection.ts';
import type { ConnectionNeeds } from '../needs.ts';
import { problems } from '../problems.ts';
import type { Published } from '../protocol.ts';
import { fingerprintsOf, type ShownCertificate, showCertificate } from '../revisions/certificates.ts';
import { type Difference, differencesBetween } from '../revisions/differences.ts';
import { NOTHING_FOUND, type Refresh, type RefreshBook, type RefreshPlace, type RefreshWords } from './refresh.ts';
import { decideNextTurn } from './refresh-turns.ts';

export interface RefreshNeeds extends Omit<ConnectionNeeds, 'connections'> {
  connections: ConnectionNeeds['connections'] & ConnectionDirectory;
  refreshes: RefreshBook;
  /** Without trailing slash. */
  urlOf(tenant: { name: string; region: string }): string;
}

export interface RefreshWish {
  /** With other bounds than usual. */
  world?: World;
  /** Only if nobody has done it meanwhile. */
  when?: 'due';
}

/** Longer than any attempt: each fetch ends after ten seconds at most, and there are two. */
const LEASE_MILLISECONDS = 60_000;

/**
 * Reads again what one provider publishes and notes what differs. New keys of the same provider are added at once, as a revision of the
 * gateway's own; everything else is only told. Nothing that works is dropped: a failure is noted and changes nothing.
 *
 * @throws Problem `upstream.connection_unknown`, `upstream.nothing_published`, `upstream.refresh_under_way`
 */
export async function refreshConnection(
  needs: RefreshNeeds,
  place: RefreshPlace,
  { world = needs.world, when }: RefreshWish = {},
): Promise<Refresh> {
  const { tenant, id } = place;
  const connection = await needs.connections.find(tenant.id, id);
  if (!connection) throw new Problem(problems.connection_unknown);
  const { protocol } = needs.registry[connection.kind];
  const url = protocol.publishedAt(connection.settings);
  if (url === undefined) throw new Problem(problems.nothing_published);
  const now = needs.world.now();
  const until = new Date(now.getTime() + LEASE_MILLISECONDS);
  if (!(await needs.refreshes.take(tenant.id, id, { now, until, when }))) throw new Problem(problems.refresh_under_way);
  const attempt = await attemptOf(async () => {
    const published = await protocol.reread(connection.settings, world);
    return { published, added: await takeOver(needs, place, { connection, published }) };
  });
  const outcome = await outcomeOf(needs, place, { attempt, url });
  await needs.refreshes.note(tenant.id, id, outcome);
  if (attempt.kind === 'broken') throw attempt.error;
  return { ...outcome, leaseUntil: null, askedAt: null };
}

interface Success {
  published: Published;
  added: ShownCertificate[];
}
/** `refused`: the provider's fault, or the network's; `broken`: ours. */
type Attempt = ({ kind: 'succeeded' } & Success) | { kind: 'refused'; problem: Problem } | { kind: 'broken'; error: unknown };

async function attemptOf(work: () => Promise<Success>): Promise<Attempt> {
  try {
    return { kind: 'succeeded', ...(await work()) };
  } catch (error) {
    return isProblem(error) ? { kind: 'refused', problem: error } : { kind: 'broken', error };
  }
}

/** Adds what is new, by the way of every change; where expired ones made room, that is no mere addition, and the reason is told. */
async function takeOver(
  needs: RefreshNeeds,
  { tenant, id }: RefreshPlace,
  { connection, published }: { connection: Connection; published: Published },
): Promise<ShownCertificate[]> {
  const { verificationCertificates: wanted } = published.additions;
  if (!Array.isArray(wanted)) return [];
  const { member } = needs.registry[connection.kind];
  const before = await getConnection(needs, { tenant: tenant.id, id });
  const present = fingerprintsOf(before.document[member]?.['verificationCertificates']);
  const added = wanted.map(showCertificate).filter(({ fingerprint }) => !present.includes(fingerprint));
  const dropped = published.notes.filter(({ code }) => code === 'expired_certificate_made_room');
  const by = { kind: 'system' } as const;
  const change = {
    tenant: tenant.id,
    tenantUrl: needs.urlOf(tenant),
    id,
    by,
    permissions: 'all',
    origin: 'refreshed',
    ...(dropped.length === 0 ? {} : { override: 'expired certificates made room for published ones' }),
  } as const;
  await needs.transact(async () => {
    const { outcome } = await changeConnection(needs, change, { [member]: published.additions });
    if (outcome !== 'live' && outcome !== 'draft') return;
    await needs.audit.append(tenant.id, {
      action: 'identity-provider.certificates-added',
      actor: by,
      target: `connection:${id}`,
      after: { added, dropped: dropped.map(({ detail }) => detail) },
    });
  });
  return added;
}

async function outcomeOf(
  needs: RefreshNeeds,
  { tenant, id }: RefreshPlace,
  { attempt, url }: { attempt: Attempt; url: string },
): Promise<Omit<Refresh, 'leaseUntil' | 'askedAt'>> {
  const now = needs.world.now();
  const before = await needs.refreshes.read(tenant.id, id);
  const stored = await getConnection(needs, { tenant: tenant.id, id });
  const { revision } = stored;
  if (attempt.kind !== 'succeeded') {
    const failures = (before?.failures ?? 0) + 1;
    const found = { ...(before?.found ?? NOTHING_FOUND), url, added: [], words: wordsOf(attempt) };
    return {
      revision,
      nextAt: decideNextTurn({ now, failures }, needs.world),
      failures,
      attemptedAt: now,
      succeededAt: before?.succeededAt ?? null,
      documentHash: before?.documentHash ?? null,
      validUntil: before?.validUntil ?? null,
      problem: attempt.kind === 'refused' ? attempt.problem.code : 'http.failed',
      found,
    };
  }
  const { published, added } = attempt;
  const { changes, notes, keys, validUntil, cacheSeconds } = published;
  return {
    revision,
    nextAt: decideNextTurn({ now, failures: 0, validUntil, cacheSeconds }, needs.world),
    failures: 0,
    attemptedAt: now,
    succeededAt: now,
    documentHash: createHash('sha256').update(published.document).digest('hex'),
    validUntil,
    problem: null,
    found: { url, words: null, differences: differencesOf(needs, stored, changes), changes, notes, added, keys },
  };
}

function wordsOf(attempt: Exclude<Attempt, { kind: 'succeeded' }>): RefreshWords {
  if (attempt.kind === 'broken') return { title: 'Reading it failed for a reason of our own.', detail: null, remedy: null };
  const { type, detail, errors } = attempt.problem;
  const told = detail ?? errors[0]?.detail ?? null;
  return { title: type.title, detail: told && told.slice(0, 1000), remedy: type.remedy ?? null };
}

/** What would differ if everything were as it is published. */
function differencesOf(
  { registry }: RefreshNeeds,
  stored: Awaited<ReturnType<typeof getConnection>>,
  changes: Published['changes'],
): Difference[] {
  const { member } = registry[stored.document.kind];
  const fields = stored.document[member];
  const document = { ...stored.document, [member]: { ...(isObject(fields) ? fields : {}), ...changes } };
  return differencesBetween(stored, { document, secrets: stored.secrets });
}
