import type { InputFault } from '#kernel/problem.ts';
import type { TenantSettings } from './tenant.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a tenant starts with, and what takes the place of a setting that its row does not know yet. */
export const defaultSettings: TenantSettings = {
  idTokenAlgorithm: 'ES256',
  sessionIdleSeconds: 8 * HOUR,
  sessionLifetimeSeconds: DAY,
  accessTokenSeconds: HOUR,
  refreshTokenSeconds: 30 * DAY,
  recheckMinutes: 60,
  traceDays: 30,
  language: 'en',
  noticeRecipients: [],
};

/** Least and greatest of every setting that is a number, both allowed. */
export const settingBounds = {
  sessionIdleSeconds: { least: MINUTE, greatest: 30 * DAY },
  sessionLifetimeSeconds: { least: 5 * MINUTE, greatest: 365 * DAY },
  // An access token is looked up at each use; this bounds what a stolen one is worth (RFC 9700 §2.2).
  accessTokenSeconds: { least: MINUTE, greatest: DAY },
  refreshTokenSeconds: { least: 5 * MINUTE, greatest: 365 * DAY },
  recheckMinutes: { least: 0, greatest: 7 * 24 * 60 },
  traceDays: { least: 1, greatest: 365 },
} as const satisfies Partial<Record<keyof TenantSettings, { least: number; greatest: number }>>;

/** The settings column. The text is our own; a setting that a later release adds gets its default. */
export function readSettings(text: string): TenantSettings {
  return { ...defaultSettings, ...(JSON.parse(text) as Partial<TenantSettings>) };
}

/** Settings after a change: what is not named stays. Each alone is within its bounds, as the caller has checked. */
export function changeSettings(settings: TenantSettings, change: Partial<TenantSettings>): TenantSettings {
  return { ...settings, ...withoutUndefined(change) };
}

/**
 * Settings that do not go together.
 * @param pointer where the settings stand in the request body
 */
export function findSettingsFaults(
  { sessionIdleSeconds, sessionLifetimeSeconds }: TenantSettings,
  pointer: string,
): InputFault[] {
  if (sessionIdleSeconds <= sessionLifetimeSeconds) return [];
  const detail = `a session that lives for ${sessionLifetimeSeconds} seconds cannot rest for ${sessionIdleSeconds}`;
  return [{ pointer: `${pointer}/sessionIdleSeconds`, code: 'longer_than_lifetime', detail }];
}

function withoutUndefined<Of extends object>(given: Of): Of {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Of;
}
