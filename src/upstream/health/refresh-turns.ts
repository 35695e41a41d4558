import type { World } from '#kernel/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How often what a provider publishes is read again, unless it says otherwise. */
const USUAL = 6 * HOUR;
/** What a provider may ask for. */
const OFTENEST = HOUR;
const SELDOMEST = 24 * HOUR;
/** After the first failure; each further one doubles it, up to the usual time. */
const AFTER_FAILURE = 5 * MINUTE;
/** A provider that is new, or was changed, is read within this time. */
const SOON = 10 * MINUTE;
/** By so much turns are moved, so that nodes and providers do not march in step. */
const SPREAD = 0.1;

export interface TurnFacts {
  now: Date;
  /** In a row. */
  failures: number;
  validUntil?: Date | null;
  cacheSeconds?: number | null;
}

/** When a provider's turn comes again: as often as it asks, within bounds, before its document ends; later and later while it fails. */
export function decideNextTurn({ now, failures, validUntil, cacheSeconds }: TurnFacts, world: Pick<World, 'randomBytes'>): Date {
  const wished = cacheSeconds ? Math.min(SELDOMEST, Math.max(OFTENEST, cacheSeconds * 1000)) : USUAL;
  const left = validUntil ? Math.max(AFTER_FAILURE, (validUntil.getTime() - now.getTime()) / 2) : wished;
  const wait = failures > 0 ? Math.min(USUAL, AFTER_FAILURE * 2 ** Math.min(failures - 1, 10)) : Math.min(wished, left);
  return new Date(now.getTime() + Math.round(wait * (1 - SPREAD * chance(world))));
}

/** The first turn of a provider, or of a changed one. */
export function decideFirstTurn(now: Date, world: Pick<World, 'randomBytes'>): Date {
  return new Date(now.getTime() + Math.round(SOON * chance(world)));
}

/** From 0 to 1. */
function chance({ randomBytes }: Pick<World, 'randomBytes'>): number {
  return Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32;
}
